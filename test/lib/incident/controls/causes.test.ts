import { describe, expect, it } from 'vitest';
import { ControlledSite } from '../../../support/controlledSite.ts';
import { type ControlRow, devices, expectTold, rulesOf } from '../../../support/controlRows.ts';

describe('routes', () => {
  it.each<ControlRow>([
    {
      rule: 'remind as often as they say, in place of the policy',
      routes: '{ to: [ops], remindEvery: 2h }',
      story: (site) => site.lost('1m', 'oslo-a').until('2h5m'),
      told: ['2m10s ops: opening outageBegan oslo-a', '2h2m10s ops: reminder reminder oslo-a'],
    },
    {
      rule: 'that both name a receiver remind by the shorter time',
      routes: '{ to: [ops], remindEvery: 3h }, { to: [ops], remindEvery: 2h }',
      story: (site) => site.lost('1m', 'oslo-a').until('2h5m'),
      told: ['2m10s ops: opening outageBegan oslo-a', '2h2m10s ops: reminder reminder oslo-a'],
    },
    {
      rule: 'that name an outage are not for what only flaps, and who was told stays',
      routes:
        '{ match: { reason: [outageBegan] }, to: [ops] }, { match: { reason: [flappingBegan] }, to: [lead] }',
      story: (site) => site.lost('1m', 'oslo-a').back('5m', 'oslo-a').until('6m'),
      told: ['2m10s ops: opening outageBegan oslo-a', '5m30s ops: final recovered'],
    },
  ])('$rule', expectTold);
});

describe('routes that name a cause', () => {
  const byCause = (rest = '') => `{ match: { cause: [gateway] }, to: [lead]${rest} }`;
  const unknown = '{ match: { cause: [unknown] }, to: [boss] }';

  it.each<ControlRow>([
    {
      rule: 'tell once the logs have answered, and as it would have been at first',
      routes: `{ to: [ops] }, ${byCause()}`,
      story: (site) => site.lost('1m', 'oslo-a').answers('2m15s', 'gateway').until('5m'),
      told: [
        '2m10s ops: opening outageBegan oslo-a',
        '2m15s ops: update diagnosisArrived oslo-a',
        '2m15s lead: opening outageBegan oslo-a',
      ],
    },
    {
      rule: 'tell nothing when the logs name another one',
      routes: byCause(),
      story: (site) => site.lost('1m', 'oslo-a').answers('2m15s', 'cloud').until('5m'),
      told: [],
    },
    {
      rule: 'take the cause for unknown when the time for the logs is over',
      routes: `${byCause()}, ${unknown}`,
      story: (site) => site.lost('1m', 'oslo-a').until('5m'),
      told: ['2m30s boss: opening outageBegan oslo-a'],
    },
    {
      rule: 'tell who is matched by a later cause that the diagnosis arrived, and who was told stays to the end',
      routes: `${byCause()}, ${unknown}`,
      story: (site) => site.lost('1m', 'oslo-a').answers('10m', 'gateway').back('20m', 'oslo-a').until('25m'),
      told: [
        '2m30s boss: opening outageBegan oslo-a',
        '10m lead: opening diagnosisArrived oslo-a',
        '10m boss: update diagnosisArrived oslo-a',
        '20m30s boss: final recovered',
        '20m30s lead: final recovered',
      ],
    },
    {
      rule: 'do not end the search before the cause is known, and do then',
      routes: `${byCause(', final: true')}, { to: [ops] }`,
      story: (site) =>
        site.lost('1m', 'oslo-a').answers('2m15s', 'gateway').lost('8m', 'oslo-b').until('10m'),
      told: [
        '2m10s ops: opening outageBegan oslo-a',
        '2m15s ops: update diagnosisArrived oslo-a',
        '2m15s lead: opening outageBegan oslo-a',
        '9m ops: update outageGrew oslo-a oslo-b',
        '9m lead: update outageGrew oslo-a oslo-b',
      ],
    },
    {
      rule: 'keep to a cause that what has grown since outgrows, until there is a newer one',
      routes: `${byCause()}, ${unknown}`,
      story: (site) =>
        site.lost('1m', 'oslo-a').answers('2m15s', 'gateway').lost('8m', 'oslo-b').until('10m'),
      told: ['2m15s lead: opening outageBegan oslo-a', '9m lead: update outageGrew oslo-a oslo-b'],
    },
  ])('$rule', expectTold);

  it('have the logs asked when nobody else is told, and no others do', () => {
    const asked = (routes: string) => {
      const site = new ControlledSite(rulesOf(routes), devices);
      return site.lost('1m', 'oslo-a').until('2m20s').asked;
    };
    expect(asked(byCause())[0]).toBe('2m10s');
    expect(asked('{ match: { severity: [critical] }, to: [lead] }')).toEqual([]);
    expect(asked('{ match: { cause: [gateway], severity: [critical] }, to: [lead] }')).toEqual([]);
  });
});
