/** Moments in order, each with what is due then. */
export class Moments<Due> {
  readonly #heap: { readonly atMs: number; readonly due: Due }[] = [];

  /** Milliseconds; null: there is none. */
  get nextMs(): number | null {
    return this.#heap[0]?.atMs ?? null;
  }

  add(atMs: number, due: Due): void {
    const heap = this.#heap;
    let at = heap.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (heap[parent]!.atMs <= atMs) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = { atMs, due };
  }

  /** Takes out all that is due at or before a moment, in order. */
  takeUntil(atMs: number): Due[] {
    const due: Due[] = [];
    while (this.#heap.length > 0 && this.#heap[0]!.atMs <= atMs) due.push(this.#take());
    return due;
  }

  #take(): Due {
    const heap = this.#heap;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return first.due;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1]!.atMs < heap[child]!.atMs) child += 1;
      if (heap[child]!.atMs >= last.atMs) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first.due;
  }
}
