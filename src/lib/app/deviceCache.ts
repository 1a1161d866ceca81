import type { Device } from '../device/device.ts';
import type { Tagged } from '../store/fleet.ts';

/**
 * Devices as this instance last saw them, so that the next event of one costs no read. Every write shows the tag, so
 * a stale entry costs a second try and never a wrong state.
 */
export class DeviceCache {
  readonly #entries = new Map<string, Tagged<Device>>();
  readonly #limit: number;

  constructor(limit = 20_000) {
    this.#limit = limit;
  }

  get(partition: string, key: string): Tagged<Device> | null {
    return this.#entries.get(`${partition}\n${key}`) ?? null;
  }

  put(partition: string, key: string, entry: Tagged<Device>): void {
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
