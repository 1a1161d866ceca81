import type { TaggedDevice } from '../store/fleet.ts';

/** A device with its recent events takes about this much of the heap. Measured with Node.js 24. */
const bytesEach = 2_000;

/** How many devices an instance keeps: a fifth of its heap. @param heapBytes the most that the heap may take */
export function mostCached(heapBytes: number): number {
  return Math.min(200_000, Math.max(20_000, Math.floor(heapBytes / 5 / bytesEach)));
}

/**
 * Devices as this instance last saw them, so that the next event of one costs no read. Every write shows the tag, so
 * a stale entry costs a second try and never a wrong state.
 */
export class DeviceCache {
  readonly #entries = new Map<string, TaggedDevice>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(partition: string, key: string): TaggedDevice | null {
    return this.#entries.get(`${partition}\n${key}`) ?? null;
  }

  put(partition: string, key: string, entry: TaggedDevice): void {
    const name = `${partition}\n${key}`;
    this.#entries.delete(name);
    this.#entries.set(name, entry);
    const oldest = this.#entries.size > this.#limit ? this.#entries.keys().next().value : undefined;
    if (oldest !== undefined) this.#entries.delete(oldest);
  }

  drop(partition: string, key: string): void {
    this.#entries.delete(`${partition}\n${key}`);
  }
}
