import type { Device } from '../../src/lib/device/device.ts';
import { settle } from '../../src/lib/device/settle.ts';
import { type TransitionReason, transition } from '../../src/lib/device/transition.ts';
import type { DeviceEvent } from '../../src/lib/events/event.ts';
import type { Policy } from '../../src/lib/policy/policy.ts';
import { sequenceNumber, start } from './events.ts';
import { offsetMs } from './offsetMs.ts';

/** An event of the one device `pump-1` and when it reached us. */
export type Arrival = { readonly event: DeviceEvent; readonly receivedAtMs: number };

const base = {
  eventId: 'event',
  deviceId: 'pump-1',
  moduleId: null,
  hubName: 'hub-fleet-01',
  hubResourceId: null,
};

function arrival(event: DeviceEvent, received: string | undefined): Arrival {
  return { event, receivedAtMs: received === undefined ? event.eventTimeMs : start + offsetMs(received) };
}

/** Connected at that time, with that sequence number; received then or later. */
export function up(sequence: number, at: string, received?: string): Arrival {
  const eventTimeMs = start + offsetMs(at);
  return arrival(
    { ...base, kind: 'connected', eventTimeMs, sequenceNumber: sequenceNumber(sequence) },
    received,
  );
}

export function down(sequence: number, at: string, received?: string): Arrival {
  const eventTimeMs = start + offsetMs(at);
  return arrival(
    { ...base, kind: 'disconnected', eventTimeMs, sequenceNumber: sequenceNumber(sequence) },
    received,
  );
}

export function created(at: string, received?: string): Arrival {
  return arrival({ ...base, kind: 'created', eventTimeMs: start + offsetMs(at) }, received);
}

export function deleted(at: string, received?: string): Arrival {
  return arrival({ ...base, kind: 'deleted', eventTimeMs: start + offsetMs(at) }, received);
}

export type Told = { readonly device: Device; readonly reasons: readonly TransitionReason[] };

/** Applies arrivals in the order given; none is received before the one that precedes it. */
export function applied(arrivals: readonly Arrival[], policy: Policy): Told {
  let device: Device | null = null;
  let nowMs = 0;
  const reasons: TransitionReason[] = [];
  for (const { event, receivedAtMs } of arrivals) {
    nowMs = Math.max(nowMs, receivedAtMs);
    const step = transition(device, event, policy, nowMs);
    reasons.push(step.reason);
    // What is not stored leaves no trace.
    if (step.changed) device = step.device;
  }
  if (device === null) throw new Error('no arrival made a device');
  return { device, reasons };
}

/** What is believed of the device at that time after start. */
export function believedAt(device: Device, at: string, policy: Policy): Device {
  return settle(device, start + offsetMs(at), policy).device;
}
