import { describe, it } from 'vitest';
import { type ControlRow, expectTold } from '../../../support/controlRows.ts';

describe('an acknowledgement', () => {
  const tells = '{ to: [ops, page] }';

  it.each<ControlRow>([
    {
      rule: 'stops reminders, and ends by its time: whoever was told hears it (GoAlert #3378)',
      routes: tells,
      story: (site) => site.lost('1m', 'oslo-a').acknowledge('5m', '4h').until('4h6m'),
      told: [
        '2m10s ops: opening outageBegan oslo-a',
        '2m10s page: opening outageBegan oslo-a',
        '5m page: update acknowledged oslo-a',
        '4h5m ops: update acknowledgementEnded oslo-a',
        '4h5m page: update acknowledgementEnded oslo-a',
      ],
    },
    {
      rule: 'that is taken back is told at once',
      story: (site) =>
        site.lost('1m', 'oslo-a').acknowledge('5m', '4h').takeBackAcknowledgement('10m').until('11m'),
      told: ['2m10s ops: opening outageBegan oslo-a', '10m ops: update acknowledgementEnded oslo-a'],
    },
    {
      rule: 'keeps nothing new from anybody',
      story: (site) => site.lost('1m', 'oslo-a').acknowledge('5m', '4h').lost('10m', 'oslo-b').until('12m'),
      told: ['2m10s ops: opening outageBegan oslo-a', '11m ops: update outageGrew oslo-a oslo-b'],
    },
    {
      rule: 'is ended by a rise in severity, which is told as that alone',
      story: (site) =>
        site.lost('1m', 'oslo-a').acknowledge('5m', '1h').lost('10m', 'oslo-b', 'oslo-c').until('2h12m'),
      told: [
        '2m10s ops: opening outageBegan oslo-a',
        '11m ops: update severityRose oslo-a oslo-b oslo-c',
        '1h11m ops: reminder reminder oslo-a oslo-b oslo-c',
        '2h11m ops: reminder reminder oslo-a oslo-b oslo-c',
      ],
    },
    {
      rule: 'that is replaced is told again where it is told at all',
      routes: tells,
      story: (site) =>
        site.lost('1m', 'oslo-a').acknowledge('5m', '1h').acknowledge('10m', '2h').until('1h30m'),
      told: [
        '2m10s ops: opening outageBegan oslo-a',
        '2m10s page: opening outageBegan oslo-a',
        '5m page: update acknowledged oslo-a',
        '10m page: update acknowledged oslo-a',
      ],
    },
    {
      rule: 'ends without a word when the incident does',
      story: (site) => site.lost('1m', 'oslo-a').acknowledge('5m', '1h').back('20m', 'oslo-a').until('2h'),
      told: ['2m10s ops: opening outageBegan oslo-a', '20m30s ops: final recovered'],
    },
    {
      rule: 'and its end pass through a silence',
      routes: tells,
      story: (site) => site.lost('1m', 'oslo-a').silence('3m', '5h').acknowledge('5m', '10m').until('20m'),
      told: [
        '2m10s ops: opening outageBegan oslo-a',
        '2m10s page: opening outageBegan oslo-a',
        '5m page: update acknowledged oslo-a',
        '15m ops: update acknowledgementEnded oslo-a',
        '15m page: update acknowledgementEnded oslo-a',
      ],
    },
    {
      rule: 'does not tell on its way what waits for groupInterval',
      routes: tells,
      story: (site) => site.lost('1m', 'oslo-a').lost('2m', 'oslo-b').acknowledge('4m', '4h').until('10m'),
      told: [
        '2m10s ops: opening outageBegan oslo-a',
        '2m10s page: opening outageBegan oslo-a',
        '4m page: update acknowledged oslo-a',
        '7m10s ops: update outageGrew oslo-a oslo-b',
        '9m page: update outageGrew oslo-a oslo-b',
      ],
    },
  ])('$rule', expectTold);
});
