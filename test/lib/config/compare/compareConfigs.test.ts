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
])('routes: %s', (_what, before, after, lines) => {
  expect(compareConfigs(config(before), config(after))).toEqual(lines);
});

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
