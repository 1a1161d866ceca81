import { describe, expect, it } from 'vitest';
import { configOf } from '../../support/configOf.ts';
import { ControlledSite } from '../../support/controlledSite.ts';

const base = `
sites: [{ id: oslo, name: Oslo plant, timeZone: Europe/Oslo, devices: ["oslo-*"] }]
policy: { offlineAfter: 1m, recoveredAfter: 30s, groupWait: 10s, groupInterval: 5m, remindEvery: 1h }
timeIntervals: { late-morning: { timeZone: Europe/Oslo, times: ["10:30-11:00"] } }
receivers:
  ops: { email: { to: ["ops@oslo.example"] } }
  lead: { email: { to: ["lead@oslo.example"] } }
  boss: { email: { to: ["boss@oslo.example"] } }
  page: { pagerduty: { routingKey: "0123456789abcdef0123456789abcdef" } }
`;
const rulesOf = (routes: string) => configOf(`${base}routes: [${routes}]`);
const plain = '{ to: [ops] }';
const devices = ['oslo-a', 'oslo-b', 'oslo-c', 'oslo-d', 'oslo-e'];

type Row = {
  readonly rule: string;
  readonly routes?: string;
  /** Start is 10:00 in Oslo. */
  readonly story: (site: ControlledSite) => unknown;
  readonly told: readonly string[];
};

/** What is told at one moment goes out side by side. */
function byName(lines: readonly string[]): string[] {
  const moments = Map.groupBy(lines, (line) => line.split(' ')[0]);
  return [...moments.values()].flatMap((lines) => lines.toSorted());
}

function playRow({ routes = plain, story, told }: Row): ControlledSite {
  const site = new ControlledSite(rulesOf(routes), devices);
  story(site);
  expect(site.told()).toEqual(byName(told));
  return site;
}

function expectTold(row: Row): void {
  playRow(row);
}

describe('a silence', () => {
  it.each<Row>([
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

describe('a maintenance window', () => {
  it.each<Row>([
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

describe('mute times of a route', () => {
  const muted = '{ to: [ops], muteDuring: [late-morning] }';
  const awake = '{ to: [ops], activeDuring: [late-morning] }';

  it.each<Row>([
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

describe('an acknowledgement', () => {
  const tells = '{ to: [ops, page] }';

  it.each<Row>([
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

describe('escalation', () => {
  const steps = (more = '') =>
    `{ to: [ops], escalate: [{ after: 15m, to: [lead] }, { after: 30m, to: [boss] }]${more} }`;

  it.each<Row>([
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

describe('routes', () => {
  it.each<Row>([
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

  it.each<Row>([
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
