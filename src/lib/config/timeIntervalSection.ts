import * as z from 'zod';
import type { DayRange, TimeRange } from '../control/timeInterval.ts';
import { expects, orSetting, section, someOf, text } from '../fields/fieldTypes.ts';
import { suggestion } from '../fields/nearest.ts';
import { monthNames, weekdayNames } from './names.ts';
import { timeZoneFault } from './textFaults.ts';

const rangeForm = '; a:b is a range';

const weekday = text(`use a weekday, like monday${rangeForm}`, (written) =>
  faultOfNames(written, weekdayNames, 'a weekday'),
).transform((written) => numbersOf(written, weekdayNames));

const month = numberOrText(`use a month, like january or 1${rangeForm}`)
  .superRefine((written, context) => {
    const fault = faultOfNames(String(written), monthNames, 'a month');
    if (fault !== null) context.addIssue({ code: 'custom', message: fault, input: written });
  })
  .transform((written) => numbersOf(String(written), monthNames));

const daysAccepted =
  'use a day from 1 to 31, or from -1 to -31 from the end of the month; a:b is a range, like "1:7" or "-7:-1"';

const dayOfMonth = numberOrText(daysAccepted).transform((written, context): DayRange => {
  const range = parseDays(String(written));
  if (range !== null) return range;
  context.addIssue({ code: 'custom', message: `is not a day of a month; ${daysAccepted}`, input: written });
  return z.NEVER;
});

const timesAccepted = 'use HH:MM-HH:MM, like 22:00-06:00; 24:00 is accepted as an end';

const time = text(timesAccepted, (written) => {
  const range = parseTimes(written);
  if (range === null) return `is not a time of day; ${timesAccepted}`;
  return range.fromMinute === range.untilMinute
    ? 'starts when it ends; leave out times for the whole day'
    : null;
})
  .meta({ pattern: orSetting('[0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9]') })
  .transform((written) => parseTimes(written)!);

/** Recurring local times, as users of Prometheus know them. */
export const timeIntervalSection = section({
  timeZone: text('use an IANA name, like Europe/Oslo', timeZoneFault).describe('IANA name.'),
  weekdays: someOf(weekday, 'weekdays')
    .transform((lists) => lists.flat())
    .optional()
    .describe('monday to sunday; monday:friday is a range.'),
  daysOfMonth: someOf(dayOfMonth, 'days')
    .optional()
    .describe('1 to 31, or -1 to -31 from the end of the month; "1:7" is a range.'),
  months: someOf(month, 'months')
    .transform((lists) => lists.flat())
    .optional()
    .describe('january to december, or 1 to 12; june:august is a range.'),
  times: someOf(time, 'times like 22:00-06:00')
    .optional()
    .describe('HH:MM-HH:MM; one that ends before it starts ends on the next day. The whole day by default.'),
}).describe('Recurring local times. All keys that are given must fit; they look at the day of the start.');

function numberOrText(accepted: string) {
  return z.union([z.number(), z.string()], { error: expects('a number or text', accepted) });
}

/** What is wrong with a name of a list, its number, or a range of them; null: nothing. */
function faultOfNames(written: string, names: readonly string[], what: string): string | null {
  for (const part of written.split(':')) {
    if (numberOf(part, names) !== null) continue;
    return `is not ${what}${written.includes(':') ? ' or range' : ''}; ${suggestion(part.toLowerCase(), names)}`;
  }
  return written.split(':').length > 2 ? `is not a range; use two names, like ${names[0]}:${names[2]}` : null;
}

/** A range runs in its own order, so that friday:monday is four days. */
function numbersOf(written: string, names: readonly string[]): readonly number[] {
  const [from = 0, to = from] = written.split(':').map((part) => numberOf(part, names) ?? 0);
  const length = ((to - from + names.length) % names.length) + 1;
  return Array.from({ length }, (_, index) => ((from - 1 + index) % names.length) + 1);
}

/** Weekdays have no numbers of their own: countries count them from different days. */
function numberOf(part: string, names: readonly string[]): number | null {
  const place = names.indexOf(part.toLowerCase());
  if (place >= 0) return place + 1;
  return names === monthNames && /^([1-9]|1[0-2])$/.test(part) ? Number(part) : null;
}

/** Both from the same end of the month, or from its start up to some day from its end. */
function parseDays(written: string): DayRange | null {
  const [, from = '', to = from] = /^(-?[0-9]+)(?::(-?[0-9]+))?$/.exec(written) ?? [];
  const [fromDay, toDay] = [Number(from), Number(to)];
  const areDays = [fromDay, toDay].every((day) => Math.abs(day) >= 1 && Math.abs(day) <= 31);
  const isInOrder = fromDay > 0 && toDay < 0 ? true : fromDay < 0 === toDay < 0 && fromDay <= toDay;
  return areDays && isInOrder ? { fromDay, toDay } : null;
}

function parseTimes(written: string): TimeRange | null {
  const [, ...parts] = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]|24(?=:00)):([0-5]\d)$/.exec(written) ?? [];
  const [fromHour, fromRest, untilHour, untilRest] = parts.map(Number);
  if (parts.length === 0) return null;
  return { fromMinute: fromHour! * 60 + fromRest!, untilMinute: untilHour! * 60 + untilRest! };
}
