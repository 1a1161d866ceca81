import type { Observation } from './device.ts';
import type { FlappingPolicy } from './devicePolicy.ts';

/** Samples in a window, and the weight of the newest and the oldest: Nagios's figures. */
const samples = 20;
const newestWeight = 1.25;
const oldestWeight = 0.75;

/** More observations than this add nothing: the share is far above any threshold. */
const historyLimit = 40;

/** SAS tokens are renewed about hourly by a short reconnect (docs/platform.md#token-renewal). */
const renewal = { shortestMs: 45 * 60_000, longestMs: 75 * 60_000, gapMs: 10 * 60_000 };

/**
 * Adds an observation where its number belongs, and forgets what left the window. The result depends on the set of
 * observations alone, not on the order in which they came. Returns the same array when nothing changed.
 */
export function remember(
  history: readonly Observation[],
  observation: Observation,
  policy: FlappingPolicy | null,
): readonly Observation[] {
  if (history.some((seen) => seen.sequenceNumber === observation.sequenceNumber)) return history;
  const ordered = [...history, observation].sort((a, b) => (a.sequenceNumber < b.sequenceNumber ? -1 : 1));
  const kept = policy === null ? ordered.slice(-1) : insideWindow(ordered, policy.windowMs);
  const dropped = kept.every((seen) => seen !== observation);
  return dropped ? history : kept;
}

function insideWindow(ordered: readonly Observation[], windowMs: number): readonly Observation[] {
  const newestMs = Math.max(...ordered.map((seen) => seen.atMs));
  const firstInside = ordered.findIndex((seen) => seen.atMs > newestMs - windowMs);
  // The one before the window says from which state the first change inside it came.
  return ordered.slice(Math.max(0, firstInside - 1)).slice(-historyLimit);
}

/**
 * When the connection changed, milliseconds, oldest first. IoT Hub reports 60-second snapshots: the same state with
 * a newer number means that it changed and changed back in between, which is two changes at the newer event's time.
 * Routine token renewals are left out.
 */
export function changeTimes(history: readonly Observation[]): number[] {
  const changes: { atMs: number; lost: boolean }[] = [];
  for (const [index, observation] of history.entries()) {
    const previous = history[index - 1];
    if (!previous) continue;
    if (previous.connected === observation.connected) {
      changes.push({ atMs: observation.atMs, lost: observation.connected });
      changes.push({ atMs: observation.atMs, lost: !observation.connected });
    } else {
      changes.push({ atMs: observation.atMs, lost: !observation.connected });
    }
  }
  const gaps = changes.flatMap((change, index) => {
    const back = changes[index + 1];
    const short = change.lost && back && !back.lost && back.atMs - change.atMs <= renewal.gapMs;
    return short ? [{ index, atMs: change.atMs }] : [];
  });
  const routine = new Set<number>();
  for (const gap of gaps) {
    const steady = gaps.some((other) => {
      const apartMs = Math.abs(other.atMs - gap.atMs);
      return apartMs >= renewal.shortestMs && apartMs <= renewal.longestMs;
    });
    if (steady) routine.add(gap.index).add(gap.index + 1);
  }
  return changes.filter((_, index) => !routine.has(index)).map((change) => change.atMs);
}

/** Share of the window's samples that changed, recent ones weighing more; 0 to above 1. */
export function flapShare(changesMs: readonly number[], windowMs: number, nowMs: number): number {
  const sampleMs = windowMs / samples;
  let sum = 0;
  for (const atMs of changesMs) {
    const age = Math.max(0, Math.floor((nowMs - atMs) / sampleMs));
    if (age < samples) sum += newestWeight - (age * (newestWeight - oldestWeight)) / (samples - 1);
  }
  return sum / samples;
}

/** Whether a device flaps now: from `startAt` yes, down to `stopAt` no, between them as before. */
export function startsFlapping(
  before: boolean,
  history: readonly Observation[],
  policy: FlappingPolicy | null,
  nowMs: number,
): boolean {
  if (policy === null) return false;
  // Most devices, at each look at their site: even two changes by each event, all of them new, would be too few.
  const mostShare = ((history.length - 1) * 2 * newestWeight) / samples;
  if (!before && mostShare < policy.startAt) return false;
  const share = flapShare(changeTimes(history), policy.windowMs, nowMs);
  if (share >= policy.startAt) return true;
  return share > policy.stopAt && before;
}

/** When a flapping device will have calmed if nothing more happens. */
export function calmAt(
  history: readonly Observation[],
  policy: FlappingPolicy | null,
  nowMs: number,
): number | null {
  if (policy === null) return null;
  const changes = changeTimes(history);
  const sampleMs = policy.windowMs / samples;
  for (let step = 1; step < samples; step++) {
    const atMs = nowMs + step * sampleMs;
    if (flapShare(changes, policy.windowMs, atMs) <= policy.stopAt) return Math.ceil(atMs);
  }
  // By then no change counts any more, unless it is stamped in the future.
  return nowMs + policy.windowMs;
}
