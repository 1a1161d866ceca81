import type { HubLevel } from '../incident/hubLevel.ts';
import type { Levels } from './levelsOf.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** A level that stays low for this long is the new normal. */
const newNormalAfterMs = 24 * hourMs;

/** A suspicion that was not looked at for this long begins anew. */
const staleAfterMs = 30 * minuteMs;

/** A sample this far from an hour ago still speaks for it. */
const sampleToleranceMs = 10 * minuteMs;

/** What one look at a hub finds. `away`: devices that are gone by our own events. */
export type HubReading = Levels & { readonly away: number };

/** From which loss on, and after which time, a drop is told. `dropShare` is 0 to 1. */
export type DropPolicy = {
  readonly dropShare: number;
  readonly dropAtLeast: number;
  /** Sites whose devices fell count them only after their hold: a drop must outlast it. */
  readonly confirmAfterMs: number;
};

/** A drop that was seen. What it is compared with is frozen. */
export type Drop = {
  readonly sinceMs: number;
  readonly expected: number;
  /** Devices that were gone by our own events when the level was as expected. */
  readonly awayBefore: number;
  /** When it counted as a loss; null: it is a suspicion. */
  readonly raisedAtMs: number | null;
};

/** What is remembered of a hub from look to look. Times are milliseconds. */
export type HubWatch = {
  readonly drop: Drop | null;
  /** Of the last look at which the level was known. */
  readonly knownAtMs: number;
  /** How many were gone by our own events, over the last hour. */
  readonly samples: readonly { readonly atMs: number; readonly away: number }[];
  /** When a loss was last raised or cleared; null: never. */
  readonly changedAtMs: number | null;
  /** Numbers of the present or last loss. */
  readonly level: HubLevel | null;
};

export const neverWatched: HubWatch = {
  drop: null,
  knownAtMs: 0,
  samples: [],
  changedAtMs: null,
  level: null,
};

export type LevelReason =
  | 'usual'
  | 'explained'
  | 'suspected'
  | 'raised'
  | 'stillLow'
  | 'cleared'
  | 'levelNotKnown';

export type LevelDecision = { readonly watch: HubWatch; readonly reason: LevelReason };

/**
 * Whether a hub has lost connections that our events do not explain.
 *
 * 1. Without a level nothing is decided: neither a drop nor its end.
 * 2. Missing are those that were connected an hour ago; of these, our events explain the devices that are gone now and
 *    were not then. Without a record of then, all that are gone explain: silence is better than a false alarm.
 * 3. A drop that stays unexplained for `confirmAfterMs` is raised, over at least two looks.
 * 4. It is cleared when less than half of what raised it is unexplained, or when the level has become normal.
 */
export function decideLevel(
  reading: HubReading,
  before: HubWatch,
  policy: DropPolicy,
  nowMs: number,
): LevelDecision {
  const { connected, hourAgo, away } = reading;
  const samples = [
    ...before.samples.filter(({ atMs }) => atMs > nowMs - hourMs - sampleToleranceMs),
    { atMs: nowMs, away },
  ];
  const unknown: LevelDecision = { watch: { ...before, samples }, reason: 'levelNotKnown' };
  if (connected === null) return unknown;
  const standing = standingDrop(before, nowMs);
  if (standing === null && hourAgo === null) return unknown;
  const drop: Drop = standing ?? {
    sinceMs: nowMs,
    expected: hourAgo!,
    awayBefore: awayAnHourAgo(before, nowMs),
    raisedAtMs: null,
  };
  const watch: HubWatch = { ...before, samples, knownAtMs: nowMs };
  const missing = Math.max(0, drop.expected - connected);
  const explained = Math.min(missing, Math.max(0, away - drop.awayBefore));
  const enough = Math.max(policy.dropAtLeast, policy.dropShare * drop.expected);
  const level = (ended: HubLevel['ended']): HubLevel => ({
    connected: Math.round(connected),
    expected: Math.round(drop.expected),
    explained: Math.round(explained),
    ended,
  });
  if (drop.raisedAtMs === null) {
    if (missing - explained < enough) {
      return { watch: { ...watch, drop: null }, reason: missing < enough ? 'usual' : 'explained' };
    }
    const confirmed = standing !== null && nowMs - drop.sinceMs >= policy.confirmAfterMs;
    if (!confirmed) return { watch: { ...watch, drop }, reason: 'suspected' };
    const raised = { ...drop, raisedAtMs: nowMs };
    return { watch: { ...watch, drop: raised, changedAtMs: nowMs, level: level(null) }, reason: 'raised' };
  }
  const ended = endOf(nowMs - drop.raisedAtMs, missing, explained, enough);
  if (ended === null) return { watch: { ...watch, level: level(null) }, reason: 'stillLow' };
  return { watch: { ...watch, drop: null, changedAtMs: nowMs, level: level(ended) }, reason: 'cleared' };
}

function standingDrop({ drop, knownAtMs }: HubWatch, nowMs: number): Drop | null {
  const stale = drop?.raisedAtMs === null && nowMs - knownAtMs > staleAfterMs;
  return stale ? null : drop;
}

/**
 * The fewest that were gone around an hour ago. Samples that begin later than that say nothing of then: what fell in
 * between explains a drop.
 */
function awayAnHourAgo({ samples }: HubWatch, nowMs: number): number {
  const thenMs = nowMs - hourMs;
  const near = samples.filter(({ atMs }) => Math.abs(atMs - thenMs) <= sampleToleranceMs);
  if (!near.some(({ atMs }) => atMs <= thenMs)) return 0;
  return Math.min(...near.map(({ away }) => away));
}

function endOf(lastedMs: number, missing: number, explained: number, enough: number): HubLevel['ended'] {
  if (missing < enough / 2) return 'levelBack';
  if (missing - explained < enough / 2) return 'explained';
  return lastedMs >= newNormalAfterMs ? 'newNormal' : null;
}
