import { expect, it } from 'vitest';
import { compareConfigs } from '../../../../src/lib/config/compare/compareConfigs.ts';
import { configOf } from '../../../support/configOf.ts';

const receivers = `
  operators: { email: { to: [ops@oslo.example] } }
  on-call: { webhook: { url: "https://hooks.example/k3y", secret: whsec_${Buffer.alloc(32, 1).toString('base64')} } }`;

function config(routes: string, more = '', who = receivers) {
  return configOf(`sitePattern: "^(?<site>[a-z]+)-"\nreceivers: ${who}\nroutes: ${routes}\n${more}`);
}

const all = '[{ to: [on-call] }]';

it.each([
  ['nothing', all, all, []],
  [
    'the order of routes',
    '[{ to: [on-call] }, { to: [operators] }]',
    '[{ to: [operators] }, { to: [on-call] }]',
    [],
  ],
  ['a site that stands twice', all, '[{ to: [on-call] }, { match: { sites: [oslo] }, to: [on-call] }]', []],
  [
    'a severity that is left out',
    all,
    '[{ match: { severity: [info, warning] }, to: [on-call] }]',
    ['on-call: would no longer be told of critical incidents of every site'],
  ],
  [
    'a receiver that takes the place of another',
    all,
    '[{ to: [operators] }]',
    [
      'on-call: would no longer be told of incidents of every site',
      'operators: would now be told of incidents of every site',
    ],
  ],
  [
    'a site that is left out',
    '[{ match: { sites: [oslo, bergen] }, to: [on-call] }]',
    '[{ match: { sites: [oslo] }, to: [on-call] }]',
    ['on-call: would no longer be told of incidents of bergen'],
  ],
  [
    'one site alone',
    all,
    '[{ match: { sites: [oslo] }, to: [on-call] }]',
    [
      'on-call: would no longer be told of incidents of every other site, devices without a site, hubs as a whole',
    ],
  ],
  [
    'another per',
    all,
    '[{ per: device, to: [on-call] }]',
    [
      'on-call: would no longer be told of incidents of every site',
      'on-call: would now be told of incidents of single devices of every site',
    ],
  ],
  [
    'a final route in front',
    all,
    '[{ match: { sites: [oslo] }, to: [operators], final: true }, { to: [on-call] }]',
    [
      'on-call: would no longer be told of incidents of oslo',
      'operators: would now be told of incidents of oslo',
    ],
  ],
  [
    'devices and a hub',
    '[]',
    '[{ match: { devices: ["*-gateway"], hubs: [Hub-A], severity: [critical] }, to: [on-call] }]',
    ['on-call: would now be told of critical incidents of every site on hub-a with *-gateway'],
  ],
  [
    'a cause',
    '[]',
    '[{ match: { cause: [siteUplink, cloud] }, to: [on-call] }]',
    ['on-call: would now be told of incidents of every site, where the cause is siteUplink or cloud'],
  ],
  [
    'a cause less, and its opposite',
    '[{ match: { cause: [siteUplink, cloud] }, to: [on-call] }]',
    '[{ match: { cause: [siteUplink] }, to: [on-call], final: true }, { to: [operators] }]',
    [
      'on-call: would no longer be told of incidents of every site, where the cause is cloud',
      'operators: would now be told of incidents of every site, where the cause is cloud or another one or not known yet',
    ],
  ],
  [
    'a reason',
    all,
    '[{ match: { reason: [outageBegan] }, to: [on-call] }]',
    ['on-call: would no longer be told of incidents of every site, where devices only flap'],
  ],
  [
    'a cause for one reason alone',
    all,
    '[{ match: { reason: [outageBegan], cause: [cloud] }, to: [on-call] }, { match: { reason: [flappingBegan], cause: [cloud] }, to: [on-call] }]',
    [
      'on-call: would no longer be told of incidents of every site, where the cause is another one or not known yet',
    ],
  ],
])('routes: %s', (_what, before, after, lines) => {
  expect(compareConfigs(config(before), config(after))).toEqual(lines);
});

const sundays =
  'timeIntervals: { sundays: { timeZone: Europe/Oslo, weekdays: [sunday], times: ["22:00-06:00"] } }';

it.each([
  ['a duration', 'policy: { offlineAfter: 10m }', ['policy.offlineAfter: 5m → 10m']],
  ['a share', 'policy: { siteDown: 33.3% }', ['policy.siteDown: 50% → 33.3%']],
  [
    'flapping switched off',
    'policy: { flapping: off }',
    [
      'policy.flapping.window: no longer 20m',
      'policy.flapping.startAt: no longer 30%',
      'policy.flapping.stopAt: no longer 20%',
    ],
  ],
  [
    'an override',
    'overrides: [{ devices: ["*-gw"], policy: { offlineAfter: 1m } }]',
    ['overrides[0]: added'],
  ],
  ['a site', 'sites: [{ id: oslo, devices: ["oslo-*"] }]', ['sites.oslo: added']],
  ['a host inside the own network', 'allowHosts: [10.1.2.3]', ['allowHosts: now 10.1.2.3']],
  ['links', 'links: { validFor: 30d }', ['links.validFor: 7d → 30d']],
  [
    'planned work, and the interval that it uses',
    `${sundays}\nmaintenance: [{ name: Service, match: { sites: [oslo] }, during: [sundays] }]`,
    ['timeIntervals.sundays: added', 'maintenance.Service: added'],
  ],
  ['an interval that nothing uses', sundays, []],
  ['who is told about the responder', 'ops: on-call', ['ops: now on-call']],
])('values: %s', (_what, more, lines) => {
  expect(compareConfigs(config(all), config(all, more))).toEqual(lines);
});

it('values: addresses and secrets of receivers are compared and not shown', () => {
  const other = receivers
    .replace('k3y', 'k4y')
    .replace('ops@', 'team@')
    .replace(/whsec_[^ ]*/, `whsec_${Buffer.alloc(32, 2).toString('base64')}`);
  const lines = compareConfigs(config(all), config(all, '', other));
  expect(lines).toEqual([
    'receivers.operators.channel.to: ops@oslo.example → team@oslo.example',
    'receivers.on-call.channel.url: changed',
    'receivers.on-call.channel.secrets: changed',
  ]);
  expect(
    compareConfigs(config(all), config(all, '', '\n  on-call: { email: { to: [a@b.example] } }')),
  ).toContain('receivers.operators: removed');
});

it.each([
  [
    'a reminder',
    '[{ to: [on-call], remindEvery: 8h, muteDuring: [sundays], muteBelow: critical }]',
    ['routes[0].remindEvery: 4h → 8h'],
  ],
  [
    'muted no longer',
    '[{ to: [on-call], remindEvery: 4h }]',
    ['routes[0].muteDuring: no longer sundays', 'routes[0].muteBelow: no longer critical'],
  ],
  [
    'steps, and another place in the file',
    '[{ to: [operators] }, { to: [on-call], remindEvery: 4h, muteDuring: [sundays], muteBelow: critical, escalate: [{ after: 15m, to: [operators] }] }]',
    [
      'operators: would now be told of incidents of every site',
      'routes[1].escalate: now operators after 15m',
    ],
  ],
])('what routes have beside: %s', (_what, after, lines) => {
  const before = '[{ to: [on-call], remindEvery: 4h, muteDuring: [sundays], muteBelow: critical }]';
  const changed = compareConfigs(config(before, sundays), config(after, sundays));
  expect(changed.filter((line) => !line.startsWith('timeIntervals'))).toEqual(lines);
});

it('planned work and intervals, as the file says them', () => {
  const window = (times: string) => `maintenance: [{ name: Service, match: { sites: [oslo] }, ${times} }]`;
  const once = 'from: "2026-12-05T06:00", until: "2026-12-05T10:00", timeZone: Europe/Oslo';
  const change = (before: string, after: string) => compareConfigs(config(all, before), config(all, after));
  expect(
    change(
      `${sundays}\n${window('during: [sundays]')}`,
      `${sundays.replace('06:00', '24:00').replace('[sunday]', '["friday:sunday"]')}\n${window('during: [sundays], returnGrace: 5m')}`,
    ),
  ).toEqual([
    'timeIntervals.sundays.weekdays: sunday → friday, saturday, sunday',
    'timeIntervals.sundays.times: 22:00-06:00 → 22:00-24:00',
    'maintenance.Service.returnGrace: 10m → 5m',
  ]);
  expect(change(window(once), window(once.replace('T10:', 'T11:')))).toEqual([
    'maintenance.Service.until: 2026-12-05T09:00Z → 2026-12-05T10:00Z',
  ]);
});
