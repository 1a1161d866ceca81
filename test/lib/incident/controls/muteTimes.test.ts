import { describe, it } from 'vitest';
import { type ControlRow, expectTold } from '../../../support/controlRows.ts';

describe('mute times of a route', () => {
  const muted = '{ to: [ops], muteDuring: [late-morning] }';
  const awake = '{ to: [ops], activeDuring: [late-morning] }';

  it.each<ControlRow>([
    {
      rule: 'hold an outage, and at their end what is still true is told as it would have been',
      routes: muted,
      story: (site) => site.lost('40m', 'oslo-a').until('1h1m'),
      told: ['1h ops: opening outageBegan oslo-a'],
    },
    {
      rule: 'drop what is over by their end',
      routes: muted,
      story: (site) => site.lost('40m', 'oslo-a').back('50m', 'oslo-a').until('2h'),
      told: [],
    },
    {
      rule: 'let an end pass, and leave out what has begun',
      routes: muted,
      story: (site) =>
        site.lost('10m', 'oslo-a', 'oslo-b').lost('40m', 'oslo-c').back('45m', 'oslo-a').until('1h1m'),
      told: [
        '11m10s ops: opening outageBegan oslo-a oslo-b',
        '45m30s ops: update partlyRecovered oslo-b',
        '1h ops: update outageGrew oslo-b oslo-c',
      ],
    },
    {
      rule: 'let through what is as severe as muteBelow says',
      routes: '{ to: [ops], muteDuring: [late-morning], muteBelow: critical }',
      story: (site) => site.lost('40m', 'oslo-a').lost('45m', 'oslo-b', 'oslo-c').until('1h1m'),
      told: ['46m ops: opening outageBegan oslo-a oslo-b oslo-c'],
    },
    {
      rule: 'outside of activeDuring are mute times',
      routes: awake,
      story: (site) => site.lost('10m', 'oslo-a').until('31m'),
      told: ['30m ops: opening outageBegan oslo-a'],
    },
    {
      rule: 'of one route do not keep what another one tells',
      routes: `${muted}, { to: [ops, lead] }`,
      story: (site) => site.lost('40m', 'oslo-a').until('42m'),
      told: ['41m10s ops: opening outageBegan oslo-a', '41m10s lead: opening outageBegan oslo-a'],
    },
    {
      rule: 'leave the route matching: final leaves out the later ones',
      routes: '{ to: [ops], muteDuring: [late-morning], final: true }, { to: [lead] }',
      story: (site) => site.lost('40m', 'oslo-a').until('42m'),
      told: [],
    },
    {
      rule: 'that end before a silence does: the silence holds it last',
      routes: muted,
      story: (site) => site.silence('35m', '40m').lost('40m', 'oslo-a').until('1h16m'),
      told: ['1h15m ops: opening silenceEnded oslo-a'],
    },
    {
      rule: 'that end after a silence does hold it last',
      routes: muted,
      story: (site) => site.silence('35m', '10m').lost('40m', 'oslo-a').until('1h1m'),
      told: ['1h ops: opening outageBegan oslo-a'],
    },
  ])('$rule', expectTold);
});
