import { describe, it } from 'vitest';
import { type ControlRow, expectTold } from '../../../support/controlRows.ts';

describe('a maintenance window', () => {
  it.each<ControlRow>([
    {
      rule: 'in which a device fell that is not back after the grace: it did not return',
      story: (site) =>
        site.window('5m', '30m', '10m').lost('10m', 'oslo-a', 'oslo-b').back('40m', 'oslo-b').until('46m'),
      told: ['45m ops: opening didNotReturn oslo-a'],
    },
    {
      rule: 'in which a device fell that is back within the grace is not told of it',
      story: (site) =>
        site.window('5m', '30m', '10m').lost('10m', 'oslo-a').back('43m', 'oslo-a').until('1h'),
      told: [],
    },
    {
      rule: 'is over: what falls within its grace is an outage like any other',
      story: (site) => site.window('5m', '30m', '10m').lost('36m', 'oslo-a').until('39m'),
      told: ['37m10s ops: opening outageBegan oslo-a'],
    },
    {
      rule: 'in which a device returned that falls again within the grace: an outage like any other',
      story: (site) =>
        site
          .window('5m', '30m', '10m')
          .lost('10m', 'oslo-a')
          .back('30m', 'oslo-a')
          .lost('36m', 'oslo-a')
          .until('39m'),
      told: ['37m10s ops: opening outageBegan oslo-a'],
    },
    {
      rule: 'that is taken back ends then, and its grace runs',
      story: (site) => site.window('5m', '5h', '10m').lost('10m', 'oslo-a').takeBack('20m').until('31m'),
      told: ['30m ops: opening didNotReturn oslo-a'],
    },
    {
      rule: 'that ends while a silence runs: the silence holds it last',
      story: (site) =>
        site.window('5m', '10m', '5m').lost('10m', 'oslo-a').silence('15m', '20m').until('40m'),
      told: ['35m ops: opening silenceEnded oslo-a'],
    },
    {
      rule: 'lets a recovery pass of what was told before it began',
      story: (site) => site.lost('1m', 'oslo-a').window('5m', '5h', '10m').back('10m', 'oslo-a').until('11m'),
      told: ['2m10s ops: opening outageBegan oslo-a', '10m30s ops: final recovered'],
    },
  ])('$rule', expectTold);
});
