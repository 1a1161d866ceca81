import type { TaggedDevice } from '../store/fleet.ts';

/**
 * Devices as this instance last saw them, so that the next event of one costs no read. Every write shows the tag, so
 * a stale entry costs a second try and never a wrong state.
 */
export class DeviceCache {
  readonly #entries = new Map<string, TaggedDevice>();
  readonly #limit: number;

  constructor(limit = 20_000) {
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
