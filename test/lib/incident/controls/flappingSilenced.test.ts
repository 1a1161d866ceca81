import { describe, it } from 'vitest';
import type { ControlledSite } from '../../../support/controlledSite.ts';
import { type ControlRow, expectTold } from '../../../support/controlRows.ts';

/** Comes and goes often enough to count as flapping, within ten minutes, and is connected at the end. */
function flaps(site: ControlledSite, device: string, fromMinute: number): ControlledSite {
  for (let minute = fromMinute; minute < fromMinute + 10; minute++) {
    site.lost(`${minute}m`, device).back(`${minute}m30s`, device);
  }
  return site;
}

describe('a silence and flapping', () => {
  it.each<ControlRow>([
    {
      rule: 'flapping that begins in it and goes on is told at its end',
      story: (site) => flaps(site.silence('5m', '16m'), 'oslo-a', 10).until('22m'),
      told: ['21m ops: opening silenceEnded oslo-a'],
    },
    {
      rule: 'flapping that calms in it is never told',
      story: (site) => flaps(site.silence('5m', '2h'), 'oslo-a', 10).until('3h'),
      told: [],
    },
    {
      rule: 'flapping that was told before is told to have ended',
      story: (site) => flaps(site, 'oslo-a', 10).silence('25m', '3h').until('2h'),
      told: ['12m10s ops: opening flappingBegan oslo-a', '37m ops: final flappingEnded'],
    },
    {
      rule: 'flapping that was told before and ends in an outage: the outage is told at the end of the silence',
      story: (site) => flaps(site, 'oslo-a', 10).silence('25m', '3h').lost('26m', 'oslo-a').until('4h'),
      told: ['12m10s ops: opening flappingBegan oslo-a', '3h25m ops: update silenceEnded oslo-a'],
    },
  ])('$rule', expectTold);
});
