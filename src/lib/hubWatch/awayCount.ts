import type { Device } from '../device/device.ts';

/**
 * How many devices of a site are gone by their events: disconnected or deleted. A device whose modules connect by
 * themselves is gone when all of them are; the hub counts devices.
 */
export function awayCount(devices: readonly Device[]): number {
  const byId = Map.groupBy(devices, ({ deviceId }) => deviceId);
  return [...byId.values()].filter((rows) => rows.every(isAway)).length;
}

function isAway({ deleted, phase }: Device): boolean {
  return deleted || phase === 'suspect' || phase === 'offline';
}
