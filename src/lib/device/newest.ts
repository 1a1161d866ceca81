import type { Device } from './device.ts';

/**
 * Which of two records of one device is the newer one, when two sites have had it: the one with the higher mark, for
 * marks grow with every event; without marks, the one that was heard of last. Registry events that only the older one
 * has seen are not lost.
 */
export function newest(a: Device, b: Device): Device {
  const winner = isNewer(a, b) ? a : b;
  const other = winner === a ? b : a;
  const merged: Device = {
    ...winner,
    connectedAtMs: Math.max(winner.connectedAtMs, other.connectedAtMs),
    createdAtMs: Math.max(winner.createdAtMs, other.createdAtMs),
    deletedAtMs: Math.max(winner.deletedAtMs, other.deletedAtMs),
    seenAtMs: Math.max(winner.seenAtMs, other.seenAtMs),
  };
  return merged;
}

function isNewer(a: Device, b: Device): boolean {
  const [lifeA, lifeB] = [lifeOf(a), lifeOf(b)];
  // A deletion or creation drops the mark: the later life counts, whatever numbers the earlier one had.
  if (lifeA !== lifeB) {
    const [later, earlier] = lifeA > lifeB ? [a, b] : [b, a];
    if (earlier.markTimeMs <= lifeOf(later)) return later === a;
  }
  if (a.mark !== null && b.mark !== null && a.mark !== b.mark) {
    return Math.abs(a.markTimeMs - b.markTimeMs) > sequenceResetAfterMs
      ? a.markTimeMs > b.markTimeMs
      : a.mark > b.mark;
  }
  if ((a.mark === null) !== (b.mark === null)) return a.mark !== null;
  return a.seenAtMs >= b.seenAtMs;
}

/** A lower number with a time this much newer is a reset of the hub's counter (docs/platform.md). */
const sequenceResetAfterMs = 60 * 60_000;

/** When the present life of a device began, or ended, by the registry. */
function lifeOf({ createdAtMs, deletedAtMs }: Device): number {
  return Math.max(createdAtMs, deletedAtMs);
}
