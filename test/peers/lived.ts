import type { Device } from '../../src/lib/device/device.ts';
import { transition } from '../../src/lib/device/transition.ts';
import type { ConnectionEvent, DeviceEvent, RegistryEvent } from '../../src/lib/events/event.ts';
import type { Policy } from '../../src/lib/policy/policy.ts';
import { configOf, osloConfig } from '../support/configOf.ts';
import { sequenceNumber } from '../support/events.ts';

const { policy } = configOf(osloConfig);
export const defaultPolicy = policy;
export const defaultFlapping = policy.flapping ?? { windowMs: 0, startAt: 0, stopAt: 0 };

const device = {
  eventId: '1',
  hubName: 'hub-fleet-01',
  hubResourceId: null,
  deviceId: 'oslo-1',
  moduleId: null,
} as const;

export function connection(kind: ConnectionEvent['kind'], count: number, atMs: number): ConnectionEvent {
  return { ...device, kind, sequenceNumber: sequenceNumber(count), eventTimeMs: atMs };
}

export function registry(kind: RegistryEvent['kind'], atMs: number): RegistryEvent {
  return { ...device, kind, eventTimeMs: atMs };
}

/** What a device has become by events that each arrived in the moment they tell of. */
export function lived(
  events: readonly DeviceEvent[],
  by: Policy = defaultPolicy,
  before: Device | null = null,
): Device {
  const last = events.reduce<Device | null>(
    (stored, event) => transition(stored, event, by, event.eventTimeMs).device,
    before,
  );
  if (last === null) throw new Error('a device needs an event to be known');
  return last;
}
