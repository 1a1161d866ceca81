import { nextOccurrence, unionAt } from '../control/calendar.ts';
import { type Severity, severities } from './policy.ts';
import type { Route } from './route.ts';

/** Where nothing is found that ends a mute time: later than anybody waits. */
const foreverMs = 400 * 24 * 60 * 60_000;

/** Two lists of times can hand over to each other without end; more of that than this is for ever. */
const mostHandovers = 100;

/**
 * Until when a route begins nothing; null: it is not mute. It is so while one of `during` runs and while none of `unless`
 * does, below a severity if it says so.
 */
export function muteEndsAt({ mute }: Pick<Route, 'mute'>, severity: Severity, atMs: number): number | null {
  if (mute === null) return null;
  if (mute.below !== null && severities.indexOf(severity) >= severities.indexOf(mute.below)) return null;
  let endMs = quietUntil(mute, atMs);
  for (let handover = 0; endMs !== null && handover < mostHandovers; handover++) {
    if (endMs >= atMs + foreverMs) return atMs + foreverMs;
    const nextMs = quietUntil(mute, endMs);
    if (nextMs === null) return endMs;
    endMs = nextMs;
  }
  return endMs;
}

/** Whether the end of a mute time, as it was found at a moment, will come. */
export function doesEnd(untilMs: number, atMs: number): boolean {
  return untilMs < atMs + foreverMs;
}

/** Until when one of the two lists keeps it quiet. */
function quietUntil({ during, unless }: NonNullable<Route['mute']>, atMs: number): number | null {
  const run = during === null ? null : unionAt(during, atMs);
  if (run !== null) return Math.min(run.untilMs, atMs + foreverMs);
  if (unless === null || unionAt(unless, atMs) !== null) return null;
  const starts = unless.flatMap((interval) => nextOccurrence(interval, atMs)?.fromMs ?? []);
  return starts.length > 0 ? Math.min(...starts) : atMs + foreverMs;
}
