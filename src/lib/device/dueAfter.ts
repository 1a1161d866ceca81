import type { DeviceEvent } from '../events/event.ts';
import type { Device } from './device.ts';
import type { Transition } from './transition.ts';

/**
 * When the site of a device must be looked at because of an event; null: not because of it. A duplicate asks again for
 * what its first copy asked, since that may have died between writing and asking; one of a registry event says no more
 * what it changed.
 */
export function dueAfter(
  before: Device | null,
  event: Pick<DeviceEvent, 'kind'>,
  { device, reason, changed }: Transition,
  holdEndsAtMs: number | null,
  nowMs: number,
): number | null {
  const again = reason === 'duplicate';
  const ofRegistry = event.kind === 'created' || event.kind === 'deleted';
  if (again && ofRegistry) return nowMs;
  if (device.deleted) return changed || again ? nowMs : null;
  if (device.flapping && (again || !before?.flapping)) return nowMs;
  if (holdEndsAtMs !== null) return changed || again ? holdEndsAtMs : null;
  if (device.phase === 'offline') return nowMs;
  const wasDown = before !== null && before.phase !== 'online';
  return reason === 'created' && wasDown ? nowMs : null;
}
