/** A clock that jumps to the next moment at which somebody waits for something. */
export class VirtualTime {
  nowMs: number;
  readonly #moments = new Map<number, (() => void)[]>();
  /** Moments as a heap, the earliest first. */
  readonly #heap: number[] = [];

  constructor(startMs: number) {
    this.nowMs = startMs;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.at(this.nowMs + Math.max(0, Math.ceil(ms)), resolve));
  }

  at(atMs: number, run: () => void): void {
    const waiting = this.#moments.get(atMs);
    if (waiting) waiting.push(run);
    else {
      this.#moments.set(atMs, [run]);
      this.#push(atMs);
    }
  }

  /** Lets everything happen until that moment. */
  async run(untilMs: number): Promise<void> {
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const next = this.#heap[0];
      if (next === undefined || next > untilMs) break;
      this.#pop();
      this.nowMs = next;
      const runs = this.#moments.get(next) ?? [];
      this.#moments.delete(next);
      for (const run of runs) run();
    }
    this.nowMs = untilMs;
  }

  #push(moment: number): void {
    const heap = this.#heap;
    let at = heap.push(moment) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (heap[parent]! <= heap[at]!) break;
      [heap[parent], heap[at]] = [heap[at]!, heap[parent]!];
      at = parent;
    }
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    heap[0] = last;
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let least = at;
      if (left < heap.length && heap[left]! < heap[least]!) least = left;
      if (right < heap.length && heap[right]! < heap[least]!) least = right;
      if (least === at) return;
      [heap[least], heap[at]] = [heap[at]!, heap[least]!];
      at = least;
    }
  }
}
