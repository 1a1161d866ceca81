import type { Device } from './device.ts';
import type { DevicePolicy } from './devicePolicy.ts';
import { calmAt, startsFlapping } from './flapping.ts';

/** An event that took longer than this to reach us is late: its counterpart may be on the way too. */
const lateAfterMs = 2 * 60_000;

export type Settled = {
  /** The device as of now. */
  readonly device: Device;
  /** When it will change by the passing of time alone; null: never. */
  readonly nextAtMs: number | null;
};

/** What a device has become by the passing of time: holds that ended, flapping that calmed. */
export function settle(stored: Device, nowMs: number, policy: DevicePolicy): Settled {
  if (stored.deleted) return { device: stored, nextAtMs: null };
  const flapping = startsFlapping(stored.flapping, stored.history, policy.flapping, nowMs);
  const calmMs = flapping ? calmAt(stored.history, policy.flapping, nowMs) : null;
  const held = flapping === stored.flapping ? stored : { ...stored, flapping };
  const endsMs = holdEndsAt(stored, policy);
  if (endsMs === null) return { device: held, nextAtMs: calmMs };
  if (nowMs < endsMs) return { device: held, nextAtMs: calmMs === null ? endsMs : Math.min(endsMs, calmMs) };
  const device: Device =
    held.phase === 'suspect'
      ? { ...held, phase: 'offline', offlineAtMs: endsMs }
      : { ...held, phase: 'online', sinceMs: endsMs };
  return { device, nextAtMs: calmMs };
}

/** When the hold of a suspect or recovering device ends; null for the other phases. */
export function holdEndsAt(device: Device, policy: DevicePolicy): number | null {
  if (device.phase !== 'suspect' && device.phase !== 'recovering') return null;
  const holdMs = device.phase === 'suspect' ? policy.offlineAfterMs : policy.recoveredAfterMs;
  const late = device.receivedAtMs - device.eventTimeMs > lateAfterMs;
  const graceEndsMs = late ? device.receivedAtMs + policy.lateEventGraceMs : 0;
  return Math.max(device.sinceMs + holdMs, graceEndsMs);
}
