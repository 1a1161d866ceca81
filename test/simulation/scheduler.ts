type Parked = { readonly owner: number; readonly readyAtMs: number; readonly resume: () => void };

/**
 * Decides the order of everything that runs at once. Each call that leaves the process parks here, before and after
 * its effect; the driver lets one go on at a time. A crash forgets what an instance had parked, so that its work
 * ends between two calls as it does when a process dies.
 */
export class Scheduler {
  nowMs: number;
  /** How many calls have been made; the budget of promise 10 is counted in these. */
  calls = 0;
  readonly #random: () => number;
  readonly #shuffle: boolean;
  #parked: Parked[] = [];

  constructor(startMs: number, random: () => number, shuffle: boolean) {
    this.nowMs = startMs;
    this.#random = random;
    this.#shuffle = shuffle;
  }

  park(owner: number, delayMs = 0): Promise<void> {
    this.calls += 1;
    return new Promise((resume) => {
      this.#parked.push({ owner, readyAtMs: this.nowMs + delayMs, resume });
    });
  }

  /** Lets one of those that are ready go on; false: none is ready. */
  resumeOne(): boolean {
    const ready = this.#parked.filter((one) => one.readyAtMs <= this.nowMs);
    const chosen = ready[this.#shuffle ? Math.floor(this.#random() * ready.length) : 0];
    if (!chosen) return false;
    this.#parked.splice(this.#parked.indexOf(chosen), 1);
    chosen.resume();
    return true;
  }

  nextReadyAtMs(): number | null {
    return this.#parked.length === 0 ? null : Math.min(...this.#parked.map((one) => one.readyAtMs));
  }

  forget(owner: number): void {
    this.#parked = this.#parked.filter((one) => one.owner !== owner);
  }
}
