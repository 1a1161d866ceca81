import { describe, expect, it } from 'vitest';
import { ControlledSite } from '../../../support/controlledSite.ts';
import {
  type ControlRow,
  devices,
  expectTold,
  plain,
  playRow,
  rulesOf,
} from '../../../support/controlRows.ts';

describe('a silence', () => {
  it.each<ControlRow>([
    {
      rule: 'keeps an outage from everybody, and what is still down at its end is told at once',
      story: (site) => site.silence('5m', '30m').lost('10m', 'oslo-a').until('36m'),
      told: ['35m ops: opening silenceEnded oslo-a'],
    },
    {
      rule: 'that is taken back lets go at that moment (Alertmanager #3367, #2496)',
      story: (site) => site.silence('5m', '5h').lost('10m', 'oslo-a').takeBack('20m').until('21m'),
      told: ['20m ops: opening silenceEnded oslo-a'],
    },
    {
      rule: 'lets a recovery pass of what was told before (Alertmanager #3664, Grafana #87007, OnCall #3060)',
      story: (site) => site.lost('1m', 'oslo-a').silence('5m', '5h').back('10m', 'oslo-a').until('11m'),
      told: ['2m10s ops: opening outageBegan oslo-a', '10m30s ops: final recovered'],
    },
    {
      rule: 'in which a device fell and returned is never told of it',
      story: (site) => site.silence('5m', '30m').lost('10m', 'oslo-a').back('20m', 'oslo-a').until('1h'),
      told: [],
    },
    {
      rule: 'says nothing new at its end of what was told before',
      story: (site) => site.lost('1m', 'oslo-a').silence('5m', '30m').until('50m'),
      told: ['2m10s ops: opening outageBegan oslo-a'],
    },
    {
      rule: 'passes reminders: the next one counts from the one that was passed',
      story: (site) => site.lost('1m', 'oslo-a').silence('5m', '2h').until('3h5m'),
      told: ['2m10s ops: opening outageBegan oslo-a', '3h2m10s ops: reminder reminder oslo-a'],
    },
    {
      rule: 'of some devices leaves the others to be told as ever',
      story: (site) =>
        site
          .silence('5m', '30m', { devices: ['*-a'] })
          .lost('10m', 'oslo-a', 'oslo-b')
          .until('20m'),
      told: ['11m10s ops: opening outageBegan oslo-b'],
    },
    {
      rule: 'adds what it held to what was told meanwhile, without waiting for groupInterval',
      story: (site) =>
        site
          .silence('5m', '7m', { devices: ['*-a'] })
          .lost('10m', 'oslo-a', 'oslo-b')
          .until('13m'),
      told: ['11m10s ops: opening outageBegan oslo-b', '12m ops: update silenceEnded oslo-a oslo-b'],
    },
    {
      rule: 'does not speed up what it never covered',
      story: (site) =>
        site
          .silence('5m', '30m', { devices: ['*-a'] })
          .lost('10m', 'oslo-a', 'oslo-b')
          .lost('12m', 'oslo-c')
          .back('12m30s', 'oslo-a')
          .until('20m'),
      told: ['11m10s ops: opening outageBegan oslo-b', '16m10s ops: update outageGrew oslo-b oslo-c'],
    },
    {
      rule: 'keeps growth from who knows of the incident, and its recovery of what it knows is partial',
      story: (site) =>
        site
          .lost('1m', 'oslo-a')
          .silence('5m', '1h', { devices: ['*-b'] })
          .lost('6m', 'oslo-b')
          .back('10m', 'oslo-a')
          .until('20m')
          .back('30m', 'oslo-b')
          .until('40m'),
      told: [
        '2m10s ops: opening outageBegan oslo-a',
        '10m30s ops: update partlyRecovered',
        '30m30s ops: final recovered',
      ],
    },
    {
      rule: 'holds a rise in severity, which is told at its end',
      story: (site) =>
        site
          .lost('1m', 'oslo-a')
          .silence('5m', '30m', { devices: ['*-b', '*-c'] })
          .lost('6m', 'oslo-b', 'oslo-c')
          .until('36m'),
      told: ['2m10s ops: opening outageBegan oslo-a', '35m ops: update silenceEnded oslo-a oslo-b oslo-c'],
    },
    {
      rule: 'that begins while the first notice waits holds it',
      story: (site) => site.lost('1m', 'oslo-a').silence('2m5s', '10m').until('13m'),
      told: ['12m5s ops: opening silenceEnded oslo-a'],
    },
    {
      rule: 'that ends while the first notice waits changes nothing',
      story: (site) => site.silence('30s', '1m35s').lost('1m', 'oslo-a').until('3m'),
      told: ['2m10s ops: opening outageBegan oslo-a'],
    },
    {
      rule: 'of a device that lies for long does not take groupWait from the next outage',
      story: (site) =>
        site
          .silence('1m', '9h', { devices: ['*-a'] })
          .lost('2m', 'oslo-a')
          .lost('1h', 'oslo-b')
          .lost('1h5s', 'oslo-c')
          .until('1h3m'),
      told: ['1h1m10s ops: opening outageBegan oslo-b oslo-c'],
    },
    {
      rule: 'is followed by another one without a gap: the last of them lets go',
      story: (site) => site.silence('5m', '10m').lost('6m', 'oslo-a').silence('14m', '10m').until('30m'),
      told: ['24m ops: opening silenceEnded oslo-a'],
    },
    {
      rule: 'of each device ends by itself',
      story: (site) =>
        site
          .silence('5m', '10m', { devices: ['*-a'] })
          .silence('5m', '20m', { devices: ['*-b'] })
          .lost('6m', 'oslo-a', 'oslo-b')
          .until('30m'),
      told: ['15m ops: opening silenceEnded oslo-a', '25m ops: update silenceEnded oslo-a oslo-b'],
    },
    {
      rule: 'of another hub changes nothing',
      story: (site) =>
        site
          .silence('30s', '1h', { hubs: ['hub-fleet-02'] })
          .lost('1m', 'oslo-a')
          .until('3m'),
      told: ['2m10s ops: opening outageBegan oslo-a'],
    },
    {
      rule: 'leaves its devices out of what a route looks at: its severity',
      routes: '{ match: { severity: [critical] }, to: [boss] }, { to: [ops] }',
      story: (site) =>
        site
          .silence('5m', '30m', { devices: ['*-a', '*-b'] })
          .lost('10m', 'oslo-a', 'oslo-b', 'oslo-c')
          .until('36m'),
      told: [
        '11m10s ops: opening outageBegan oslo-c',
        '35m boss: opening silenceEnded oslo-a oslo-b oslo-c',
        '35m ops: update silenceEnded oslo-a oslo-b oslo-c',
      ],
    },
    {
      rule: 'leaves its devices out of what a route looks at: its devices, but cuts off nobody who was told',
      routes: '{ match: { devices: ["*-a"] }, to: [boss] }, { to: [ops] }',
      story: (site) =>
        site
          .lost('1m', 'oslo-a', 'oslo-b')
          .silence('5m', '30m', { devices: ['*-a'] })
          .back('10m', 'oslo-b')
          .back('20m', 'oslo-a')
          .until('30m'),
      told: [
        '2m10s boss: opening outageBegan oslo-a oslo-b',
        '2m10s ops: opening outageBegan oslo-a oslo-b',
        '10m30s ops: update partlyRecovered oslo-a',
        '10m30s boss: update partlyRecovered oslo-a',
        '20m30s boss: final recovered',
        '20m30s ops: final recovered',
      ],
    },
    {
      rule: 'in which a device fell and returned does not hide that it falls again later',
      story: (site) =>
        site
          .silence('5m', '10m')
          .lost('6m', 'oslo-a')
          .back('10m', 'oslo-a')
          .lost('20m', 'oslo-a')
          .until('22m'),
      told: ['21m10s ops: opening outageBegan oslo-a'],
    },
    {
      rule: 'passes on that a device it covers is deleted, to who was told of it',
      story: (site) =>
        site.lost('1m', 'oslo-a', 'oslo-b').silence('5m', '5h').deleted('10m', 'oslo-a').until('12m'),
      told: ['2m10s ops: opening outageBegan oslo-a oslo-b', '10m ops: update noLongerFollowed oslo-b'],
    },
  ])('$rule', expectTold);

  it('says in the story of the incident what it holds, and when it lets go', () => {
    const { sentences } = playRow({
      rule: '',
      story: (site) => site.silence('5m', '30m').lost('10m', 'oslo-a').until('36m'),
      told: ['35m ops: opening silenceEnded oslo-a'],
    });
    expect(sentences.filter((sentence) => sentence.includes('the silence'))).toEqual([
      'ops is not told yet: the silence by Kari lasts until 2026-03-04T09:35:00.000Z.',
      'ops can be told again: the silence by Kari is over.',
    ]);
  });

  it('in which a device fell and returned is in the story all the same', () => {
    const site = new ControlledSite(rulesOf(plain), devices);
    site.silence('5m', '30m').lost('10m', 'oslo-a').back('20m', 'oslo-a').until('21m');
    expect(site.sentences).toContain('oslo-a is back.');
    expect(site.sentences).toContain(
      'What the silence by Kari kept from ops is over: ops is not told of it.',
    );
  });

  it('opens an incident that is seen, with the silenced device, and tells nobody', () => {
    const site = new ControlledSite(rulesOf(plain), devices);
    site.silence('5m', '30m').lost('10m', 'oslo-a').until('12m');
    expect(site.open).toMatchObject([{ severity: 'info', tellableSinceMs: null, firstSeverity: null }]);
    expect(site.open[0]?.members.get('oslo-a')?.quiet).toMatchObject({ why: 'silence', control: 'sil_1' });
  });
});
