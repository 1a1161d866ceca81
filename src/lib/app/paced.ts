const sendsAtOnce = 8;

/** More names than this are not remembered. */
const mostRemembered = 20_000;

/**
 * What an instance has to pass on beside its work and not before it: the newest value of each name, soon after the first
 * and then at most every so often. What a crash or a fault of storage takes along comes with a later value.
 */
export class Paced<Value> {
  readonly #firstMs: number;
  readonly #everyMs: number;
  readonly #send: (name: string, value: Value) => Promise<unknown>;
  readonly #waiting = new Map<string, Value>();
  readonly #ready = new Set<string>();
  /** When each was passed on for the last time, or is to be. */
  readonly #atMs = new Map<string, number>();
  #sending = 0;

  /** Milliseconds. */
  constructor(firstMs: number, everyMs: number, send: (name: string, value: Value) => Promise<unknown>) {
    this.#firstMs = firstMs;
    this.#everyMs = everyMs;
    this.#send = send;
  }

  note(name: string, value: Value, nowMs: number, pause: (ms: number) => Promise<void>): void {
    const isWaiting = this.#waiting.has(name);
    this.#waiting.set(name, value);
    if (isWaiting) return;
    const atMs = Math.max(nowMs + this.#firstMs, (this.#atMs.get(name) ?? 0) + this.#everyMs);
    if (this.#atMs.size >= mostRemembered) this.#atMs.clear();
    this.#atMs.set(name, atMs);
    void pause(atMs - nowMs).then(() => {
      this.#ready.add(name);
      if (this.#sending < sendsAtOnce) void this.#sendReady();
    });
  }

  async #sendReady(): Promise<void> {
    this.#sending += 1;
    for (const name of this.#ready) {
      this.#ready.delete(name);
      const value = this.#waiting.get(name)!;
      this.#waiting.delete(name);
      await this.#send(name, value).catch(() => {});
    }
    this.#sending -= 1;
  }
}
