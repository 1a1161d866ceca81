import { describe, expect, it } from 'vitest';
import { lastOccurrence, nextOccurrence, occurrenceAt, unionAt } from '../../../src/lib/control/calendar.ts';
import type { Span } from '../../../src/lib/control/timeInterval.ts';
import { intervalOf } from '../../support/intervals.ts';

const [monday, friday, saturday, sunday] = [1, 5, 6, 7] as const;
const utc = (text: string) =>
  Date.parse(text.includes('+') || text.endsWith('Z') || /-\d\d:\d\d$/.test(text) ? text : `${text}Z`);
const shown = (span: Span | null) =>
  span && [span.fromMs, span.untilMs].map((atMs) => new Date(atMs).toISOString().slice(0, 16)).join(' to ');
const span = (from: string, until: string) => shown({ fromMs: utc(from), untilMs: utc(until) });
const day = (fromDay: number, toDay = fromDay) => ({ fromDay, toDay });

const newYork = 'America/New_York';
const oslo = 'Europe/Oslo';

// Each: when, which interval, an instant before it, and its two ends as the offsets of that night have them.
describe('start and end are each resolved as local time by their own', () => {
  it.each([
    [
      'spring, the start in the gap',
      intervalOf(newYork, ['02:30-04:00']),
      '2026-03-08T00:00-05:00',
      '2026-03-08T03:00-04:00',
      '2026-03-08T04:00-04:00',
    ],
    [
      'spring, the end in the gap',
      intervalOf(newYork, ['01:00-02:30']),
      '2026-03-08T00:00-05:00',
      '2026-03-08T01:00-05:00',
      '2026-03-08T03:00-04:00',
    ],
    [
      'spring, over the gap',
      intervalOf(newYork, ['01:30-03:30']),
      '2026-03-08T00:00-05:00',
      '2026-03-08T01:30-05:00',
      '2026-03-08T03:30-04:00',
    ],
    [
      'spring, start on the last moment before the gap',
      intervalOf(newYork, ['01:59-06:00']),
      '2026-03-08T00:00-05:00',
      '2026-03-08T01:59-05:00',
      '2026-03-08T06:00-04:00',
    ],
    [
      'spring, both in the gap: the next day',
      intervalOf(newYork, ['02:10-02:50']),
      '2026-03-08T00:00-05:00',
      '2026-03-09T02:10-04:00',
      '2026-03-09T02:50-04:00',
    ],
    [
      'spring, the end is where the gap begins: it has an hour',
      intervalOf(newYork, ['01:00-02:00']),
      '2026-03-08T00:00-05:00',
      '2026-03-08T01:00-05:00',
      '2026-03-08T03:00-04:00',
    ],
    [
      'autumn, start twice: the first pass',
      intervalOf(newYork, ['01:30-04:00']),
      '2026-11-01T00:00-04:00',
      '2026-11-01T01:30-04:00',
      '2026-11-01T04:00-05:00',
    ],
    [
      'autumn, end twice: the last pass',
      intervalOf(newYork, ['00:30-01:30']),
      '2026-11-01T00:00-04:00',
      '2026-11-01T00:30-04:00',
      '2026-11-01T01:30-05:00',
    ],
    [
      'autumn, both twice: from first to last',
      intervalOf(newYork, ['01:10-01:20']),
      '2026-11-01T00:00-04:00',
      '2026-11-01T01:10-04:00',
      '2026-11-01T01:20-05:00',
    ],
    [
      'autumn, over the repeated hour',
      intervalOf(oslo, ['22:00-06:00']),
      '2026-10-24T12:00+02:00',
      '2026-10-24T22:00+02:00',
      '2026-10-25T06:00+01:00',
    ],
    [
      'spring, over midnight and the change',
      intervalOf(oslo, ['22:00-06:00']),
      '2026-03-28T12:00+01:00',
      '2026-03-28T22:00+01:00',
      '2026-03-29T06:00+02:00',
    ],
    [
      'over midnight, beginning on the day of the change',
      intervalOf(oslo, ['22:00-06:00'], { weekdays: [sunday] }),
      '2026-03-28T23:00+01:00',
      '2026-03-29T22:00+02:00',
      '2026-03-30T06:00+02:00',
    ],
    [
      'over midnight into the gap: it ends at the change',
      intervalOf(oslo, ['22:00-02:30']),
      '2026-03-28T12:00+01:00',
      '2026-03-28T22:00+01:00',
      '2026-03-29T03:00+02:00',
    ],
    [
      'a weekly window does not run an hour late after the change',
      intervalOf('Europe/London', ['03:00-04:00'], { weekdays: [monday] }),
      '2026-03-29T12:00+01:00',
      '2026-03-30T03:00+01:00',
      '2026-03-30T04:00+01:00',
    ],
    [
      'a window of Sunday is over on Monday, the change or not',
      intervalOf('Europe/Paris', ['00:00-24:00'], { weekdays: [sunday] }),
      '2026-03-28T12:00+01:00',
      '2026-03-29T00:00+01:00',
      '2026-03-30T00:00+02:00',
    ],
    [
      'Lord Howe, the half hour that is left out',
      intervalOf('Australia/Lord_Howe', ['02:15-04:00']),
      '2026-10-04T00:00+10:30',
      '2026-10-04T02:30+11:00',
      '2026-10-04T04:00+11:00',
    ],
    [
      'Lord Howe, the half hour that comes twice',
      intervalOf('Australia/Lord_Howe', ['01:00-01:45']),
      '2026-04-05T00:00+11:00',
      '2026-04-05T01:00+11:00',
      '2026-04-05T01:45+10:30',
    ],
    [
      'São Paulo, a day without midnight',
      intervalOf('America/Sao_Paulo', null, { weekdays: [sunday] }),
      '2018-11-03T12:00-03:00',
      '2018-11-04T01:00-02:00',
      '2018-11-05T00:00-02:00',
    ],
    [
      'São Paulo, 24:00 does not come',
      intervalOf('America/Sao_Paulo', ['18:00-24:00'], { weekdays: [saturday] }),
      '2018-11-03T12:00-03:00',
      '2018-11-03T18:00-03:00',
      '2018-11-04T01:00-02:00',
    ],
    [
      'São Paulo, the last hour of Saturday comes twice',
      intervalOf('America/Sao_Paulo', null, { weekdays: [saturday] }),
      '2018-02-16T12:00-02:00',
      '2018-02-17T00:00-02:00',
      '2018-02-18T00:00-03:00',
    ],
    [
      'Santiago, a day without midnight',
      intervalOf('America/Santiago', null, { weekdays: [sunday] }),
      '2026-09-05T12:00-04:00',
      '2026-09-06T01:00-03:00',
      '2026-09-07T00:00-03:00',
    ],
    [
      'Beirut, over the midnight that is left out',
      intervalOf('Asia/Beirut', ['23:30-00:30']),
      '2026-03-28T12:00+02:00',
      '2026-03-28T23:30+02:00',
      '2026-03-29T01:00+03:00',
    ],
    [
      'Havana, midnight comes twice: a day begins at the first',
      intervalOf('America/Havana', null, { weekdays: [sunday] }),
      '2026-10-31T12:00-04:00',
      '2026-11-01T00:00-04:00',
      '2026-11-02T00:00-05:00',
    ],
    [
      'Kathmandu, a quarter of an hour off',
      intervalOf('Asia/Kathmandu', ['22:00-06:00']),
      '2026-06-01T12:00+05:45',
      '2026-06-01T22:00+05:45',
      '2026-06-02T06:00+05:45',
    ],
    [
      'a zone that has no summer time any more',
      intervalOf('America/Mexico_City', ['02:00-03:00']),
      '2026-04-04T12:00-06:00',
      '2026-04-05T02:00-06:00',
      '2026-04-05T03:00-06:00',
    ],
    [
      'and had it before',
      intervalOf('America/Mexico_City', ['02:00-04:00']),
      '2022-04-02T12:00-06:00',
      '2022-04-03T03:00-05:00',
      '2022-04-03T04:00-05:00',
    ],
    [
      'a zone that moved for good: Istanbul stays at +03',
      intervalOf('Europe/Istanbul', ['03:30-05:00']),
      '2016-10-29T12:00+03:00',
      '2016-10-30T03:30+03:00',
      '2016-10-30T05:00+03:00',
    ],
    [
      'Volgograd moves its clock back at an hour of its own',
      intervalOf('Europe/Volgograd', ['01:00-03:00']),
      '2020-12-26T12:00+04:00',
      '2020-12-27T01:00+04:00',
      '2020-12-27T03:00+03:00',
    ],
    [
      'Troll, two hours at once',
      intervalOf('Antarctica/Troll', ['02:00-04:00']),
      '2026-03-28T12:00+00:00',
      '2026-03-29T03:00+02:00',
      '2026-03-29T04:00+02:00',
    ],
  ] as const)('%s', (_, interval, before, from, until) => {
    expect(shown(nextOccurrence(interval, utc(before)))).toBe(span(from, until));
    expect(occurrenceAt(interval, utc(from) - 1)).toBeNull();
    expect(shown(occurrenceAt(interval, utc(from)))).toBe(span(from, until));
    expect(shown(occurrenceAt(interval, utc(until) - 1))).toBe(span(from, until));
    expect(occurrenceAt(interval, utc(until))).toBeNull();
    expect(shown(lastOccurrence(interval, utc(until)))).toBe(span(from, until));
  });

  it('Apia left out 30 December 2011: nothing takes place that day', () => {
    const apia = 'Pacific/Apia';
    const thursday = utc('2011-12-29T12:00-10:00');
    const whole = intervalOf(apia, null);
    const thatFriday = intervalOf(apia, null, { weekdays: [friday] });
    const shift = intervalOf(apia, ['08:00-16:00'], { daysOfMonth: [day(30)] });
    expect(shown(occurrenceAt(whole, thursday))).toBe(
      span('2011-12-29T00:00-10:00', '2011-12-31T00:00+14:00'),
    );
    expect(shown(nextOccurrence(whole, thursday))).toBe(
      span('2011-12-31T00:00+14:00', '2012-01-01T00:00+14:00'),
    );
    expect(shown(nextOccurrence(thatFriday, thursday))).toBe(
      span('2012-01-06T00:00+14:00', '2012-01-07T00:00+14:00'),
    );
    expect(shown(nextOccurrence(shift, thursday))).toBe(
      span('2012-01-30T08:00+14:00', '2012-01-30T16:00+14:00'),
    );
    const nights = intervalOf(apia, ['22:00-06:00']);
    expect(shown(nextOccurrence(nights, thursday))).toBe(
      span('2011-12-29T22:00-10:00', '2011-12-31T00:00+14:00'),
    );
    expect(shown(occurrenceAt(nights, utc('2011-12-31T00:00+14:00')))).toBe(
      span('2011-12-31T00:00+14:00', '2011-12-31T06:00+14:00'),
    );
  });
});

describe('the day of the start decides', () => {
  it.each([
    ['Friday night lasts into Saturday', { weekdays: [friday] }, '2026-03-07T02:00', true],
    ['Saturday night does not belong to it', { weekdays: [friday] }, '2026-03-07T23:00', false],
    ['nor the night into Friday', { weekdays: [friday] }, '2026-03-06T02:00', false],
    ['the last night of a month lasts into the next one', { months: [2] }, '2026-03-01T02:00', true],
    ['and the first of March is not February', { months: [2] }, '2026-03-01T23:00', false],
    ['the last day of February', { daysOfMonth: [day(-1)] }, '2026-02-28T23:00', true],
    ['in a leap year that is the 29th', { daysOfMonth: [day(-1)] }, '2028-02-28T23:00', false],
    ['in a leap year that is the 29th', { daysOfMonth: [day(-1)] }, '2028-02-29T23:00', true],
    ['the last day of April', { daysOfMonth: [day(-1)] }, '2026-04-30T23:00', true],
    ['the last three days', { daysOfMonth: [day(-3, -1)] }, '2026-04-28T23:00', true],
    ['and not the fourth from the end', { daysOfMonth: [day(-3, -1)] }, '2026-04-27T23:00', false],
    ['the 31st of a month that has 30 days', { daysOfMonth: [day(31)] }, '2026-04-30T23:00', false],
    ['-31 is the first of a long month', { daysOfMonth: [day(-31)] }, '2026-03-01T23:00', true],
    ['and no day of a short one', { daysOfMonth: [day(-31)] }, '2026-04-01T23:00', false],
    ['from the 10th to the tenth from the end', { daysOfMonth: [day(10, -10)] }, '2026-02-19T23:00', true],
    ['and not after it', { daysOfMonth: [day(10, -10)] }, '2026-02-20T23:00', false],
    ['every list must fit', { weekdays: [friday], daysOfMonth: [day(13)] }, '2026-03-13T23:00', true],
    ['every list must fit', { weekdays: [friday], daysOfMonth: [day(13)] }, '2026-03-20T23:00', false],
  ] as const)('%s: %o at %s', (_, on, at, runs) => {
    expect(occurrenceAt(intervalOf('UTC', ['22:00-06:00'], on), utc(at)) !== null).toBe(runs);
  });
});

describe('before, after, and at once', () => {
  const nights = intervalOf('UTC', ['22:00-06:00'], { weekdays: [monday] });
  const leapDays = intervalOf('UTC', null, { daysOfMonth: [day(29)], months: [2] });

  it('a window that is to come does not run yet', () => {
    expect(occurrenceAt(nights, utc('2026-03-02T21:59'))).toBeNull();
    expect(shown(nextOccurrence(nights, utc('2026-03-02T21:59')))).toBe(
      span('2026-03-02T22:00', '2026-03-03T06:00'),
    );
    expect(shown(nextOccurrence(nights, utc('2026-03-02T22:00')))).toBe(
      span('2026-03-09T22:00', '2026-03-10T06:00'),
    );
  });

  it('looks back 40 days and ahead 400', () => {
    const yearly = intervalOf('UTC', ['10:00-11:00'], { daysOfMonth: [day(1)], months: [1] });
    expect(shown(lastOccurrence(yearly, utc('2026-02-10T11:00')))).toBe(
      span('2026-01-01T10:00', '2026-01-01T11:00'),
    );
    expect(lastOccurrence(yearly, utc('2026-02-10T11:01'))).toBeNull();
    expect(lastOccurrence(nights, utc('2026-03-03T05:59'))?.untilMs).toBe(utc('2026-02-24T06:00'));
    expect(shown(nextOccurrence(yearly, utc('2026-01-01T10:00')))).toBe(
      span('2027-01-01T10:00', '2027-01-01T11:00'),
    );
    expect(shown(nextOccurrence(leapDays, utc('2027-12-01T00:00')))).toBe(
      span('2028-02-29T00:00', '2028-03-01T00:00'),
    );
    expect(nextOccurrence(leapDays, utc('2026-12-01T00:00'))).toBeNull();
  });

  it('of times that overlap, the one that ends last', () => {
    const shifts = intervalOf('UTC', ['06:00-14:00', '13:00-22:00', '13:30-13:45']);
    expect(shown(occurrenceAt(shifts, utc('2026-03-02T13:30')))).toBe(
      span('2026-03-02T13:00', '2026-03-02T22:00'),
    );
    expect(shown(lastOccurrence(shifts, utc('2026-03-02T13:50')))).toBe(
      span('2026-03-02T13:30', '2026-03-02T13:45'),
    );
  });
});

describe('several intervals are one union', () => {
  const nights = intervalOf(oslo, ['22:00-06:00']);
  const mornings = intervalOf(oslo, ['06:00-07:00']);
  const sundays = intervalOf(oslo, null, { weekdays: [sunday] });
  const always = intervalOf(oslo, null);

  it.each([
    ['none runs', [nights], '2026-03-04T12:00', null],
    ['one alone', [nights], '2026-03-04T23:00', ['2026-03-04T21:00', '2026-03-05T05:00']],
    [
      'one ends where the next begins',
      [nights, mornings],
      '2026-03-04T23:00',
      ['2026-03-04T21:00', '2026-03-05T06:00'],
    ],
    [
      'from the later one back to the start',
      [nights, mornings],
      '2026-03-05T05:30',
      ['2026-03-04T21:00', '2026-03-05T06:00'],
    ],
    [
      'a Sunday between two nights, the clock put forward',
      [nights, sundays],
      '2026-03-29T12:00',
      ['2026-03-28T21:00', '2026-03-30T04:00'],
    ],
    ['the start belongs to it', [nights], '2026-03-04T21:00', ['2026-03-04T21:00', '2026-03-05T05:00']],
    ['the end does not', [nights], '2026-03-05T05:00', null],
    ['no interval at all', [], '2026-03-05T05:00', null],
  ] as const)('%s', (_, intervals, at, expected) => {
    expect(shown(unionAt(intervals, utc(at)))).toBe(expected && span(expected[0], expected[1]));
  });

  it('a run of more than 400 days has neither start nor end', () => {
    expect(unionAt([nights, always], utc('2026-03-04T12:00'))).toEqual({
      fromMs: -8_640_000_000_000_000,
      untilMs: 8_640_000_000_000_000,
    });
  });
});
