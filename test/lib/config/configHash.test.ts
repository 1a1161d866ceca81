import { expect, it } from 'vitest';
import { configOf } from '../../support/configOf.ts';
import { hubResourceId } from '../../support/events.ts';

const text = `
sites:
  - { id: oslo, name: Oslo plant, timeZone: Europe/Oslo, devices: ["oslo-*"] }
sitePattern: "^(?<site>[a-z]+)-"
hubs: [{ resourceId: "${hubResourceId}", dropShare: 10% }]
policy: { offlineAfter: 5m, flapping: { window: 20m } }
overrides: [{ devices: ["*-gateway"], policy: { offlineAfter: 1m } }]
receivers:
  operators: { email: { to: ["ops@oslo.example"] }, fallback: on-call, fallbackAfter: 5m, delivery: { timeout: 10s } }
  on-call: { webhook: { url: "http://127.0.0.1/on-call" } }
routes:
  - { match: { severity: [critical] }, per: site, to: [on-call] }
  - { match: { sites: [oslo] }, per: site, to: [operators] }
delivery: { retryMax: 15m }
allowHosts: [alerts.intern.example]
diagnosis: { catalogue: { codes: { "404104": { steps: ["Look at the router."] } } } }
historyDays: 90
ops: operators
digest: [{ sites: [oslo], at: ["06:00"], to: [operators] }]
`;

const hashOf = (file: string) => configOf(file).version.hash;
const changed = (from: string, to: string) => {
  expect(text.split(from)).toHaveLength(2);
  return text.replace(from, to);
};

it.each([
  ['the name of a site', 'Oslo plant', 'Oslo works'],
  ['its devices', '["oslo-*"]', '["oslo-*", "os-*"]'],
  ['the pattern of sites', '[a-z]+)-', '[a-z]+)_'],
  ['a watched hub', 'dropShare: 10%', 'dropShare: 11%'],
  ['the policy', 'offlineAfter: 5m', 'offlineAfter: 6m'],
  ['a part of the policy’s flapping', 'window: 20m', 'window: 30m'],
  ['an override', 'offlineAfter: 1m', 'offlineAfter: 2m'],
  ['the devices of an override', '*-gateway', '*-gw'],
  ['the address of a receiver', 'ops@oslo.example', 'shift@oslo.example'],
  ['its fallback', ', fallback: on-call, fallbackAfter: 5m', ''],
  ['the time until its fallback', 'fallbackAfter: 5m', 'fallbackAfter: 6m'],
  ['its delivery', 'timeout: 10s', 'timeout: 11s'],
  ['what a route matches', 'severity: [critical]', 'severity: [warning]'],
  ['whom a route tells', 'to: [on-call]', 'to: [on-call, operators]'],
  ['the delivery of all', 'retryMax: 15m', 'retryMax: 16m'],
  ['a host that is allowed', 'alerts.intern', 'alarms.intern'],
  ['a step of the catalogue', 'the router', 'the switch'],
  ['the days of the history', 'historyDays: 90', 'historyDays: 91'],
  ['when a shift changes', 'at: ["06:00"]', 'at: ["06:30"]'],
  ['who hears about the responder', 'ops: operators', 'ops: on-call'],
])('%s is a part of what the rules mean', (_, from, to) => {
  expect(hashOf(changed(from, to))).not.toBe(hashOf(text));
});

it.each([
  ['a comment', 'historyDays: 90', 'historyDays: 90 # as ever'],
  ['a default that is written out', 'retryMax: 15m', 'retryMax: 15m, retryFirst: 5s'],
  ['another spelling of a duration', 'offlineAfter: 5m', 'offlineAfter: 300s'],
  ['another order of keys', 'id: oslo, name: Oslo plant', 'name: Oslo plant, id: oslo'],
  [
    'another order of receivers',
    '  on-call: { webhook: { url: "http://127.0.0.1/on-call" } }\nroutes:',
    'routes:',
  ],
])('%s is not', (what, from, to) => {
  const other =
    what === 'another order of receivers'
      ? changed(from, to).replace('receivers:\n', `receivers:\n${from.replace('\nroutes:', '')}\n`)
      : changed(from, to);
  expect(hashOf(other)).toBe(hashOf(text));
});

it('the order of routes is a part of it', () => {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => line.includes('severity: [critical]'));
  [lines[first], lines[first + 1]] = [lines[first + 1]!, lines[first]!];
  expect(hashOf(lines.join('\n'))).not.toBe(hashOf(text));
});
