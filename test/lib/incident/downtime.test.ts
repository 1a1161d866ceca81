import { describe, expect, it } from 'vitest';
import { downtimeOf, lengthMs, united, without } from '../../../src/lib/incident/downtime.ts';
import { start } from '../../support/events.ts';
import { incident } from '../../support/incidents.ts';
import { offsetMs } from '../../support/offsetMs.ts';

const at = (text: string) => start + offsetMs(text);
const span = ([from, until]: readonly [string, string]) => ({ fromMs: at(from), untilMs: at(until) });
const month = span(['0s', '10h']);
const said = (spans: readonly { readonly fromMs: number; readonly untilMs: number }[]) =>
  spans.map(({ fromMs, untilMs }) => [(fromMs - start) / 60_000, (untilMs - start) / 60_000]);

type Spans = readonly (readonly [string, string])[];

describe('spans', () => {
  it.each<{ rule: string; spans: Spans; all: number[][] }>([
    {
      rule: 'that overlap are one',
      spans: [
        ['20m', '40m'],
        ['10m', '30m'],
      ],
      all: [[10, 40]],
    },
    {
      rule: 'that touch are one',
      spans: [
        ['10m', '20m'],
        ['20m', '30m'],
      ],
      all: [[10, 30]],
    },
    {
      rule: 'within another add nothing',
      spans: [
        ['10m', '40m'],
        ['20m', '30m'],
      ],
      all: [[10, 40]],
    },
    {
      rule: 'apart stay apart, in order',
      spans: [
        ['30m', '40m'],
        ['10m', '20m'],
      ],
      all: [
        [10, 20],
        [30, 40],
      ],
    },
  ])('$rule', ({ spans, all }) => expect(said(united(spans.map(span)))).toEqual(all));

  it.each<{ rule: string; others: Spans; left: number[][] }>([
    {
      rule: 'nothing is taken by what lies before and after',
      others: [
        ['0s', '10m'],
        ['60m', '70m'],
      ],
      left: [[10, 60]],
    },
    { rule: 'the beginning', others: [['0s', '20m']], left: [[20, 60]] },
    { rule: 'the end', others: [['50m', '70m']], left: [[10, 50]] },
    {
      rule: 'the middle, twice',
      others: [
        ['20m', '30m'],
        ['40m', '50m'],
      ],
      left: [
        [10, 20],
        [30, 40],
        [50, 60],
      ],
    },
    { rule: 'all of it', others: [['0s', '70m']], left: [] },
  ])('lose to others $rule', ({ others, left }) =>
    expect(said(without([span(['10m', '60m'])], others.map(span)))).toEqual(left),
  );

  it('are as long as all of them', () => {
    expect(lengthMs([span(['0s', '1m']), span(['5m', '7m'])])).toBe(offsetMs('3m'));
  });
});

describe('the downtime of a device', () => {
  // A member that is `back` was lost at start and is back after 15 minutes.
  const over = { incident: incident({ 'oslo-1': 'back' }, { status: 'resolved', resolvedAtMs: at('20m') }) };
  const still = { incident: incident({ 'oslo-1': 'down' }) };
  const nothing = () => [];

  it.each([
    { rule: 'is from its loss to its return', files: [over], within: month, now: '5h', down: [[0, 15]] },
    { rule: 'goes on until now', files: [still], within: month, now: '2h', down: [[0, 120]] },
    {
      rule: 'counts within the time that is asked for',
      files: [still],
      within: span(['1h', '3h']),
      now: '9h',
      down: [[60, 180]],
    },
    { rule: 'is nothing after that time', files: [over], within: span(['1h', '3h']), now: '9h', down: [] },
    {
      rule: 'of two incidents at once counts once',
      files: [over, over],
      within: month,
      now: '5h',
      down: [[0, 15]],
    },
  ])('$rule', ({ files, within, now, down }) => {
    const found = downtimeOf(files, within, nothing, at(now));
    expect(said(found.get('oslo-1')?.spans ?? [])).toEqual(down);
  });

  it('leaves planned work out, of that device alone', () => {
    const both = { incident: incident({ 'oslo-1': 'back', 'oslo-2': 'back' }) };
    const planned = (deviceId: string) => (deviceId === 'oslo-1' ? [span(['0s', '10m'])] : []);
    const found = downtimeOf([both], month, planned, at('5h'));
    expect([...found].map(([key, { spans }]) => [key, said(spans)])).toEqual([
      ['oslo-1', [[10, 15]]],
      ['oslo-2', [[0, 15]]],
    ]);
  });

  it('is none where all of it was planned, and none of a device that only flapped', () => {
    const files = [{ incident: incident({ 'oslo-1': 'back', 'oslo-2': 'flapping' }) }];
    expect(downtimeOf(files, month, () => [month], at('5h')).size).toBe(0);
  });
});
