import type { RecordedEvent } from '../device/recentEvents.ts';

/** A hold that fits the gaps of a site better than its present one. Milliseconds. */
export type HoldSuggestion = {
  readonly presentMs: number;
  readonly suggestedMs: number;
  /** Short losses on record, and how many of them outlast the present and the suggested hold. */
  readonly gaps: number;
  readonly toldNow: number;
  readonly toldThen: number;
};

const minuteMs = 60_000;

/** What is longer is an outage, whatever the hold. */
const longestGapMs = 30 * minuteMs;

/** Fewer say nothing. */
const fewestGaps = 10;

/** A hold is to cover so many of the short gaps. */
const coveredShare = 0.95;

/** Holds that people write, in milliseconds. */
const holds = [30_000, 60_000, 90_000, ...[2, 3, 5, 8, 10, 15, 20, 30].map((n) => n * minuteMs)];

/** How long each loss of a device lasted, by the events that counted. */
export function gapsOf(events: readonly RecordedEvent[]): number[] {
  const gaps: number[] = [];
  let lostMs: number | null = null;
  for (const { kind, eventTimeMs, effect } of events) {
    if (effect === 'older' || effect === 'duplicate' || effect === 'tombstoned') continue;
    if (kind === 'disconnected') lostMs ??= eventTimeMs;
    else {
      if (lostMs !== null && kind === 'connected') gaps.push(Math.max(0, eventTimeMs - lostMs));
      lostMs = null;
    }
  }
  return gaps;
}

/**
 * The shortest hold that covers nearly all short losses of a site.
 * @param gaps of all its devices, milliseconds
 * @returns null: there are too few of them, or the present hold is that one
 */
export function suggestHold(gaps: readonly number[], presentMs: number): HoldSuggestion | null {
  const short = gaps.filter((gapMs) => gapMs <= longestGapMs);
  if (short.length < fewestGaps) return null;
  const outlast = (holdMs: number) => short.filter((gapMs) => gapMs > holdMs).length;
  const suggestedMs = holds.find((holdMs) => outlast(holdMs) <= short.length * (1 - coveredShare));
  if (suggestedMs === undefined || suggestedMs === presentMs) return null;
  return {
    presentMs,
    suggestedMs,
    gaps: short.length,
    toldNow: outlast(presentMs),
    toldThen: outlast(suggestedMs),
  };
}
