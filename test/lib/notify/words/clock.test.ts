import { describe, expect, it } from 'vitest';
import { clockOf } from '../../../../src/lib/notify/words/clock.ts';

const at = (text: string) => Date.parse(text);

describe('the night when the clock is put back', () => {
  it.each([
    ['Europe/Oslo', '2026-10-24T23:59:59Z', '01:59'],
    ['Europe/Oslo', '2026-10-25T00:00:00Z', '02:00 GMT+2'],
    ['Europe/Oslo', '2026-10-25T01:59:59Z', '02:59 GMT+1'],
    ['Europe/Oslo', '2026-10-25T02:00:00Z', '03:00'],
    ['America/New_York', '2026-11-01T05:30:00Z', '01:30 GMT-4'],
    ['America/New_York', '2026-11-01T06:30:00Z', '01:30 GMT-5'],
    ['Australia/Lord_Howe', '2026-04-04T14:20:00Z', '01:20'],
    ['Australia/Lord_Howe', '2026-04-04T14:50:00Z', '01:50 GMT+11'],
    ['Australia/Lord_Howe', '2026-04-04T15:10:00Z', '01:40 GMT+10:30'],
    ['UTC', '2026-10-25T01:30:00Z', '01:30'],
  ])('in %s %s reads %s', (zone, instant, words) => {
    expect(clockOf(zone).shortInstant(at(instant), at(instant))).toBe(words);
  });

  it('orders an interval by what happened, not by what the clock shows', () => {
    const clock = clockOf('Europe/Oslo');
    const lost = [at('2026-10-25T00:54:30Z'), at('2026-10-25T01:03:00Z')] as const;
    expect(clock.interval(...lost)).toBe('Sun 25 Oct 2026, between 02:54 GMT+2 and 02:03 GMT+1');
    expect(clock.shortInterval(...lost, lost[0])).toBe('02:54 GMT+2–02:03 GMT+1');
  });
});

describe('times of one text with different offsets', () => {
  it.each([
    ['in spring', '2026-03-29T00:50:00Z', '2026-03-29T01:10:00Z', '01:50 GMT+1', '03:10 GMT+2'],
    ['in autumn', '2026-10-24T23:50:00Z', '2026-10-25T02:10:00Z', '01:50 GMT+2', '03:10 GMT+1'],
    ['over weeks', '2026-03-20T11:00:00Z', '2026-04-02T10:00:00Z', '12:00 GMT+1', '12:00 GMT+2'],
  ])('%s have them beside them', (_, first, second, ...words) => {
    const clock = clockOf('Europe/Oslo', [at(first), at(second)]);
    expect([first, second].map((each) => clock.shortInstant(at(each), at(each)))).toEqual(words);
    expect(clock.zone(at(first))).toBe('Europe/Oslo');
  });

  it('of one interval have them too', () => {
    expect(clockOf('Europe/Oslo').interval(at('2026-03-29T00:50:00Z'), at('2026-03-29T01:10:00Z'))).toBe(
      'Sun 29 Mar 2026, between 01:50 GMT+1 and 03:10 GMT+2',
    );
  });

  it('with one offset need none', () => {
    const clock = clockOf('Europe/Oslo', [at('2026-03-04T08:00:00Z'), at('2026-03-05T08:00:00Z')]);
    expect(clock.instant(at('2026-03-04T08:12:00Z'))).toBe('Wed 4 Mar 2026, 09:12');
    expect(clock.zone(at('2026-03-04T08:12:00Z'))).toBe('Europe/Oslo, GMT+1');
  });
});
