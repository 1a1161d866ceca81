import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lastOccurrence, nextOccurrence, occurrenceAt, unionAt } from '../../../src/lib/control/calendar.ts';
import type { Span, TimeInterval, TimeRange } from '../../../src/lib/control/timeInterval.ts';

// Against a clock that is read minute by minute, by another way than the calendar's: what the host's own formatting shows.

const dayMs = 86_400_000;
const zones =
  `UTC Europe/Oslo America/New_York Australia/Lord_Howe Pacific/Apia America/Sao_Paulo America/Santiago
  Asia/Beirut America/Havana America/St_Johns Africa/Casablanca Asia/Tehran Antarctica/Troll Asia/Gaza Pacific/Kiritimati
  Pacific/Chatham Asia/Pyongyang Europe/Volgograd America/Caracas Africa/Cairo`.split(/\s+/);

/** The days before nights in which clocks were changed, with some quiet ones. */
const days =
  `1994-12-31 2005-10-29 2011-12-29 2011-12-30 2015-08-14 2016-05-01 2018-02-17 2018-11-03 2020-12-26 2022-09-10
  2023-04-27 2025-03-29 2026-03-07 2026-03-28 2026-04-04 2026-09-05 2026-10-03 2026-10-24 2026-10-31 2027-06-15
  2030-11-02`.split(/\s+/);

type Minute = { readonly atMs: number; readonly wall: number };

/** What the clock shows in each minute of seven days, as minutes since 1970 of a calendar without a zone. */
function clockAround(timeZone: string, noonMs: number): readonly Minute[] {
  // Swedish writes 2026-03-08 02:30.
  const format = new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  return Array.from({ length: 7 * 1_440 }, (_, index) => {
    const atMs = noonMs + (index - 4 * 1_440) * 60_000;
    const wall = Date.parse(`${format.format(atMs).replace(' ', 'T')}Z`) / 60_000;
    return { atMs, wall };
  });
}

const clocks = new Map<string, readonly Minute[]>();

function clock(timeZone: string, noonMs: number): readonly Minute[] {
  const key = `${timeZone} ${noonMs}`;
  const read = clocks.get(key) ?? clockAround(timeZone, noonMs);
  clocks.set(key, read);
  return read;
}

/** The first minute from which on the clock shows that time or a later one. */
const firstAt = (minutes: readonly Minute[], wall: number) =>
  minutes.findIndex((minute) => minute.wall >= wall);
/** The last minute in which the clock shows that time; where it never does, the first in which it shows a later one. */
function lastAt(minutes: readonly Minute[], wall: number): number {
  const last = minutes.findLastIndex((minute) => minute.wall === wall);
  return last < 0 ? firstAt(minutes, wall) : last;
}

/** Every occurrence that starts on one of the days in the middle, read off the clock. */
function readOff({ timeZone, weekdays, times }: TimeInterval, noonMs: number): readonly Span[] {
  const minutes = clock(timeZone, noonMs);
  const starts = [-2, -1, 0, 1].map((offset) => Math.floor(noonMs / dayMs) + offset);
  return starts.flatMap((day) => {
    const weekday = new Date(day * dayMs).getUTCDay() || 7;
    if (weekdays !== null && !weekdays.includes(weekday)) return [];
    const midnight = day * 1_440;
    const ends = times?.map(({ fromMinute, untilMinute }) => [
      firstAt(minutes, midnight + fromMinute),
      lastAt(minutes, midnight + untilMinute + (untilMinute <= fromMinute ? 1_440 : 0)),
    ]) ?? [[firstAt(minutes, midnight), firstAt(minutes, midnight + 1_440)]];
    return ends.flatMap(([from = 0, until = 0]) =>
      from < until ? [{ fromMs: minutes[from]!.atMs, untilMs: minutes[until]!.atMs }] : [],
    );
  });
}

const minuteOfDay = fc.oneof(
  fc.integer({ min: 0, max: 1_439 }),
  // The hours in which clocks are changed.
  fc.integer({ min: 0, max: 16 }).map((quarter) => quarter * 15),
);
const ranges: fc.Arbitrary<TimeRange> = fc
  .record({ fromMinute: minuteOfDay, untilMinute: fc.oneof(minuteOfDay, fc.constant(1_440)) })
  .filter(({ fromMinute, untilMinute }) => fromMinute !== untilMinute);
const intervals: fc.Arbitrary<TimeInterval> = fc.record({
  name: fc.constant('some'),
  timeZone: fc.constantFrom(...zones),
  weekdays: fc.option(fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 })),
  daysOfMonth: fc.constant(null),
  months: fc.constant(null),
  times: fc.option(fc.array(ranges, { minLength: 1, maxLength: 3 })),
});

it('agrees with the clock on the wall, minute by minute', () => {
  fc.assert(
    fc.property(
      intervals,
      fc.constantFrom(...days),
      fc.integer({ min: -720, max: 720 }),
      (interval, night, minute) => {
        const noonMs = Date.parse(`${night}T12:00Z`);
        const all = readOff(interval, noonMs);
        // Within a day of the middle, so that whatever contains it starts on one of the days that were read.
        const atMs = noonMs + minute * 60_000;
        const running = all.filter(({ fromMs, untilMs }) => fromMs <= atMs && atMs < untilMs);
        const found = occurrenceAt(interval, atMs);
        expect(found?.untilMs).toBe(
          running.length === 0 ? undefined : Math.max(...running.map(({ untilMs }) => untilMs)),
        );
        if (found) expect(running).toContainEqual(found);

        for (const span of all) {
          const at = occurrenceAt(interval, span.fromMs);
          expect(at?.untilMs).toBeGreaterThanOrEqual(span.untilMs);
          expect(nextOccurrence(interval, span.fromMs - 1)?.fromMs).toBe(span.fromMs);
          expect(lastOccurrence(interval, span.untilMs)?.untilMs).toBe(span.untilMs);
        }
      },
    ),
    { numRuns: 120 },
  );
}, 120_000);

it('a union is every minute in which one of its intervals runs, from edge to edge', () => {
  fc.assert(
    fc.property(
      fc.array(intervals, { minLength: 1, maxLength: 3 }),
      fc.constantFrom(...days),
      (several, night) => {
        const noonMs = Date.parse(`${night}T12:00Z`);
        const runs = (atMs: number) => several.some((interval) => occurrenceAt(interval, atMs) !== null);
        const run = unionAt(several, noonMs);
        expect(run !== null).toBe(runs(noonMs));
        if (run === null) return;
        const { fromMs, untilMs } = run;
        for (
          let atMs = Math.max(fromMs, noonMs - 2 * dayMs);
          atMs < Math.min(untilMs, noonMs + 2 * dayMs);
          atMs += 5 * 60_000
        )
          expect(runs(atMs)).toBe(true);
        if (untilMs < 8e15) expect(runs(untilMs)).toBe(false);
        if (fromMs > -8e15) expect([runs(fromMs - 1), runs(fromMs)]).toEqual([false, true]);
        expect(unionAt(several, fromMs > -8e15 ? fromMs : noonMs)).toEqual(run);
      },
    ),
    { numRuns: 60 },
  );
}, 120_000);
