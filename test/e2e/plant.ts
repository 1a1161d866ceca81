import { cloudEvent, eventGridEvent, type RawEvent, type RawKind } from '../support/events.ts';
import type { Product } from './product.ts';

type Target = string | { readonly deviceId: string; readonly moduleId: string };

/** The devices of one story: counts their sequence numbers and delivers their events. */
export class Plant {
  readonly product: Product;
  readonly #sequences: Map<string, number>;

  /** `before` are the same devices, seen by a product that has ended. */
  constructor(product: Product, before?: Plant) {
    this.product = product;
    this.#sequences = before ? new Map(before.#sequences) : new Map();
  }

  /** Makes an event that is delivered later, or never. */
  event(kind: RawKind, target: Target, atMs = Date.now()): RawEvent {
    const { deviceId, moduleId = null } = typeof target === 'string' ? { deviceId: target } : target;
    const key = JSON.stringify([deviceId, moduleId]);
    const sequence = (this.#sequences.get(key) ?? 0) + 1;
    this.#sequences.set(key, sequence);
    return { kind, deviceId, ...(moduleId !== null && { moduleId }), atMs, sequence };
  }

  connected(target: Target): RawEvent {
    return this.event('DeviceConnected', target);
  }

  lost(target: Target): RawEvent {
    return this.event('DeviceDisconnected', target);
  }

  /** One POST; its status must be 202. */
  async deliver(
    events: readonly RawEvent[],
    shape: (event: RawEvent) => object = eventGridEvent,
  ): Promise<void> {
    const answer = await this.product.post(events.map(shape));
    if (answer.status !== 202) throw new Error(`events: ${answer.status} ${await answer.text()}`);
  }

  async connect(...targets: readonly Target[]): Promise<void> {
    await this.deliver(targets.map((target) => this.connected(target)));
  }

  async lose(...targets: readonly Target[]): Promise<void> {
    await this.deliver(targets.map((target) => this.lost(target)));
  }
}

export { cloudEvent };

/** `prefix-01` and so on. */
export function named(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${String(index + 1).padStart(2, '0')}`);
}
