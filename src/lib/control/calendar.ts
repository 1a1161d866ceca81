import { instantAt, startOfDay } from './temporal.ts';
import type { DayRange, Span, TimeInterval, TimeRange } from './timeInterval.ts';

const dayMs = 86_400_000;
const dayMinutes = 1_440;

/** How far is looked for an occurrence that is over, and for one to come. */
const backMs = 40 * dayMs;
const aheadMs = 400 * dayMs;

/**
 * Local days whose occurrences can contain an instant of a UTC day, relative to it: the local day is at most one off, an
 * occurrence runs into the next day, and where the clock is put back over midnight the next day has begun before.
 */
const daysAround = [-3, -2, -1, 0, 1, 2] as const;

/** Everything that `Date` can hold: a run of occurrences without an end. */
const endOfTimeMs = 8_640_000_000_000_000;

/** The occurrence that contains the instant: of several that overlap the one that ends last. null: none does. */
export function occurrenceAt(interval: TimeInterval, atMs: number): Span | null {
  return lastToEnd(around(interval, atMs, ({ fromMs, untilMs }) => fromMs <= atMs && atMs < untilMs));
}

/** The last occurrence that ended at or before the instant, within 40 days. null: none did. */
export function lastOccurrence(interval: TimeInterval, atMs: number): Span | null {
  const ended = ({ untilMs }: Span) => untilMs <= atMs && untilMs >= atMs - backMs;
  const today = Math.floor(atMs / dayMs);
  for (let day = today + 2; day * dayMs >= atMs - backMs - 3 * dayMs; day--) {
    // What began a day or two earlier can end later.
    const days = [day, day - 1, day - 2];
    if (!occurrencesOf(interval, day).some(ended)) continue;
    return lastToEnd(days.flatMap((each) => occurrencesOf(interval, each).filter(ended)));
  }
  return null;
}

/** The first occurrence that starts after the instant, within 400 days. null: none does. */
export function nextOccurrence(interval: TimeInterval, atMs: number): Span | null {
  const today = Math.floor(atMs / dayMs);
  for (let day = today - 2; day * dayMs <= atMs + aheadMs; day++) {
    const next = occurrencesOf(interval, day).filter(({ fromMs }) => fromMs > atMs);
    if (next.length > 0) return next.reduce((first, span) => (span.fromMs < first.fromMs ? span : first));
  }
  return null;
}

/**
 * The run of adjacent or overlapping occurrences of the intervals that contains the instant, from its first moment to its
 * real end; one that goes on for more than 400 days has none. null: no interval runs then.
 */
export function unionAt(intervals: readonly TimeInterval[], atMs: number): Span | null {
  const last = lastRuns.get(intervals);
  if (last && (last.atMs === atMs || isWithin(last.run, atMs))) return last.run;
  const run = runAround(intervals, atMs);
  lastRuns.set(intervals, { atMs, run });
  return run;
}

/** The last run that was worked out for a list: the same rules ask about the same moment again and again. */
const lastRuns = new WeakMap<readonly TimeInterval[], { readonly atMs: number; readonly run: Span | null }>();

/** Within a run that has an end every instant has the same one; whether it has any depends on the instant. */
function isWithin(run: Span | null, atMs: number): boolean {
  return (
    run !== null &&
    run.fromMs <= atMs &&
    atMs < run.untilMs &&
    run.fromMs !== -endOfTimeMs &&
    run.untilMs !== endOfTimeMs
  );
}

function runAround(intervals: readonly TimeInterval[], atMs: number): Span | null {
  let untilMs = endOfRun(intervals, atMs);
  if (untilMs === atMs) return null;
  for (let next = untilMs; untilMs !== endOfTimeMs; untilMs = next) {
    next = endOfRun(intervals, untilMs);
    if (next === untilMs) break;
    if (next > atMs + aheadMs) next = endOfTimeMs;
  }
  let fromMs = startOfRun(intervals, atMs + 1);
  for (let next = fromMs; ; fromMs = next) {
    next = startOfRun(intervals, fromMs);
    if (next === fromMs) break;
    if (next < atMs - aheadMs) return { fromMs: -endOfTimeMs, untilMs };
  }
  return { fromMs, untilMs };
}

/** Where the occurrences end that contain the instant; the instant itself: none does. */
function endOfRun(intervals: readonly TimeInterval[], atMs: number): number {
  return Math.max(atMs, ...intervals.map((interval) => occurrenceAt(interval, atMs)?.untilMs ?? atMs));
}

/** Where the occurrences begin that run up to the instant, which need not be in them. */
function startOfRun(intervals: readonly TimeInterval[], atMs: number): number {
  const before = intervals.flatMap((interval) =>
    around(interval, atMs, ({ fromMs, untilMs }) => fromMs < atMs && atMs <= untilMs),
  );
  return Math.min(atMs, ...before.map(({ fromMs }) => fromMs));
}

function around(interval: TimeInterval, atMs: number, fits: (span: Span) => boolean): readonly Span[] {
  const today = Math.floor(atMs / dayMs);
  return daysAround.flatMap((offset) => occurrencesOf(interval, today + offset).filter(fits));
}

function lastToEnd(spans: readonly Span[]): Span | null {
  return spans.reduce<Span | null>(
    (last, span) => (last === null || span.untilMs > last.untilMs ? span : last),
    null,
  );
}

const none: readonly Span[] = [];
const known = new WeakMap<TimeInterval, Map<number, readonly Span[]>>();

/** Far more days than one look goes through. */
const mostKnownDays = 5_000;

/** The occurrences that start on a local day, worked out once. */
function occurrencesOf(interval: TimeInterval, day: number): readonly Span[] {
  let days = known.get(interval);
  if (!days || days.size > mostKnownDays) {
    days = new Map();
    known.set(interval, days);
  }
  let spans = days.get(day);
  if (!spans) {
    spans = isOn(interval, day) ? spansOn(interval, day) : none;
    days.set(day, spans);
  }
  return spans;
}

/** What would end at or before its start does not take place that day. */
function spansOn({ timeZone, times }: TimeInterval, day: number): readonly Span[] {
  const spans =
    times === null
      ? [{ fromMs: startOfDay(timeZone, day), untilMs: startOfDay(timeZone, day + 1) }]
      : times.map((range) => spanOf(timeZone, range, day));
  return spans.filter(({ fromMs, untilMs }) => untilMs > fromMs);
}

/** Start and end are each a local time of their own: the clock may be changed between them. */
function spanOf(timeZone: string, { fromMinute, untilMinute }: TimeRange, day: number): Span {
  const nextDay = untilMinute <= fromMinute || untilMinute === dayMinutes;
  const until = { day: nextDay ? day + 1 : day, minute: untilMinute % dayMinutes };
  return {
    fromMs: instantAt(timeZone, { day, minute: fromMinute }, 'first'),
    untilMs: instantAt(timeZone, until, 'last'),
  };
}

function isOn({ weekdays, daysOfMonth, months }: TimeInterval, day: number): boolean {
  const date = new Date(day * dayMs);
  const month = date.getUTCMonth() + 1;
  // 1970-01-01 was a Thursday.
  const weekday = ((((day + 3) % 7) + 7) % 7) + 1;
  return (
    (weekdays === null || weekdays.includes(weekday)) &&
    (months === null || months.includes(month)) &&
    (daysOfMonth === null || daysOfMonth.some((range) => holds(range, date)))
  );
}

function holds({ fromDay, toDay }: DayRange, date: Date): boolean {
  const length = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  const counted = (day: number) => (day < 0 ? length + 1 + day : day);
  return counted(fromDay) <= date.getUTCDate() && date.getUTCDate() <= counted(toDay);
}
