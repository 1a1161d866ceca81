import { describe, it } from 'vitest';
import { type ControlRow, expectTold } from '../../../support/controlRows.ts';

describe('escalation', () => {
  const steps = (more = '') =>
    `{ to: [ops], escalate: [{ after: 15m, to: [lead] }, { after: 30m, to: [boss] }]${more} }`;

  it.each<ControlRow>([
    {
      rule: 'tells each step at its time from the first attempt, and the end to all',
      routes: steps(),
      story: (site) => site.lost('1m', 'oslo-a').back('40m', 'oslo-a').until('41m'),
      told: [
        '2m10s ops: opening outageBegan oslo-a',
        '17m10s lead: opening escalated oslo-a',
        '32m10s boss: opening escalated oslo-a',
        '40m30s ops: final recovered',
        '40m30s lead: final recovered',
        '40m30s boss: final recovered',
      ],
    },
    {
      rule: 'ends with an incident that ends before its time',
      routes: steps(),
      story: (site) => site.lost('1m', 'oslo-a').back('10m', 'oslo-a').until('1h'),
      told: ['2m10s ops: opening outageBegan oslo-a', '10m30s ops: final recovered'],
    },
    {
      rule: 'is held by an acknowledgement; at its end all is told whose time has come',
      routes: steps(),
      story: (site) => site.lost('1m', 'oslo-a').acknowledge('5m', '45m').until('51m'),
      told: [
        '2m10s ops: opening outageBegan oslo-a',
        '50m ops: update acknowledgementEnded oslo-a',
        '50m lead: opening escalated oslo-a',
        '50m boss: opening escalated oslo-a',
      ],
    },
    {
      rule: 'is held by a silence of all that is wrong',
      routes: steps(),
      story: (site) => site.lost('1m', 'oslo-a').silence('5m', '15m').until('21m'),
      told: ['2m10s ops: opening outageBegan oslo-a', '20m lead: opening escalated oslo-a'],
    },
    {
      rule: 'has not begun while its route is mute',
      routes: steps(', muteDuring: [late-morning]'),
      story: (site) => site.lost('31m', 'oslo-a').until('1h16m'),
      told: ['1h ops: opening outageBegan oslo-a', '1h15m lead: opening escalated oslo-a'],
    },
    {
      rule: 'is held by the mute times of its route',
      routes: steps(', muteDuring: [late-morning]'),
      story: (site) => site.lost('20m', 'oslo-a').until('1h1m'),
      told: [
        '21m10s ops: opening outageBegan oslo-a',
        '1h lead: opening escalated oslo-a',
        '1h boss: opening escalated oslo-a',
      ],
    },
    {
      rule: 'passes a step whose receivers were told anyway',
      routes: `${steps()}, { to: [lead] }`,
      story: (site) => site.lost('1m', 'oslo-a').until('33m'),
      told: [
        '2m10s ops: opening outageBegan oslo-a',
        '2m10s lead: opening outageBegan oslo-a',
        '32m10s boss: opening escalated oslo-a',
      ],
    },
    {
      rule: 'is told only while its route matches, and who was told stays to the end',
      routes: steps(', match: { severity: [critical] }'),
      story: (site) =>
        site
          .lost('1m', 'oslo-a', 'oslo-b', 'oslo-c')
          .back('20m', 'oslo-b', 'oslo-c')
          .back('40m', 'oslo-a')
          .until('41m'),
      told: [
        '2m10s ops: opening outageBegan oslo-a oslo-b oslo-c',
        '17m10s lead: opening escalated oslo-a oslo-b oslo-c',
        '20m30s ops: update partlyRecovered oslo-a',
        '22m10s lead: update partlyRecovered oslo-a',
        '40m30s ops: final recovered',
        '40m30s lead: final recovered',
      ],
    },
    {
      rule: 'keeps the steps that a rise in severity found told',
      routes: steps(),
      story: (site) =>
        site.lost('1m', 'oslo-a').acknowledge('20m', '4h').lost('30m', 'oslo-b', 'oslo-c').until('40m'),
      told: [
        '2m10s ops: opening outageBegan oslo-a',
        '17m10s lead: opening escalated oslo-a',
        '31m ops: update severityRose oslo-a oslo-b oslo-c',
        '31m lead: update severityRose oslo-a oslo-b oslo-c',
        '32m10s boss: opening escalated oslo-a oslo-b oslo-c',
      ],
    },
  ])('$rule', expectTold);
});
