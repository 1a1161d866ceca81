import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/lib/config/loadConfig.ts';
import { type RoutedIncident, receiversFor, routerFor, statesOf } from '../../../src/lib/policy/routing.ts';

const incident: RoutedIncident = {
  per: 'site',
  siteId: 'oslo',
  siteKind: 'site',
  hubName: 'hub-fleet-01',
  deviceIds: ['oslo-press-07', 'oslo-gateway'],
  severity: 'warning',
};

function rulesOf(routes: string) {
  const result = loadConfig(
    `
    sitePattern: "^(?<site>[a-z]+)-"
    receivers: { a: { email: { to: [a@x.example] } }, b: { email: { to: [b@x.example] } }, c: { email: { to: [c@x.example] } } }
    routes: [${routes}]
    `,
    'test.yaml',
    {},
    { development: false },
  );
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.config;
}

function receivers(routes: string, differing: Partial<RoutedIncident> = {}): readonly string[] {
  return receiversFor(rulesOf(routes), { ...incident, ...differing });
}

const rows: readonly (readonly [string, string, Partial<RoutedIncident>, readonly string[]])[] = [
  ['a route without match applies to everything', '{ to: [a] }', {}, ['a']],
  ['every route that matches applies, in order', '{ to: [b, a] }, { to: [c] }', {}, ['b', 'a', 'c']],
  ['no receiver comes twice', '{ to: [a, b] }, { to: [b, a, c] }', {}, ['a', 'b', 'c']],
  ['a final route ends the search', '{ to: [a], final: true }, { to: [b] }', {}, ['a']],
  [
    'a final route that does not match ends nothing',
    '{ match: { sites: [bergen] }, to: [a], final: true }, { to: [b] }',
    {},
    ['b'],
  ],
  [
    'a final route of the other kind ends it too',
    '{ per: device, to: [a], final: true }, { to: [b] }',
    {},
    [],
  ],
  ['routes of the other kind do not apply', '{ per: device, to: [a] }, { per: site, to: [b] }', {}, ['b']],
  [
    'device incidents follow device routes',
    '{ per: device, to: [a] }, { per: site, to: [b] }',
    { per: 'device' },
    ['a'],
  ],
  ['another site does not match', '{ match: { sites: [bergen] }, to: [a] }', {}, []],
  ['a device without a site is reached without sites', '{ to: [a] }', { siteKind: 'device' }, ['a']],
  [
    'a device without a site is not reached by sites',
    '{ match: { sites: [oslo] }, to: [a] }',
    { siteKind: 'device' },
    [],
  ],
  ['a hub as a whole is reached without sites and devices', '{ to: [a] }', { siteKind: 'hub' }, ['a']],
  [
    'a hub as a whole is reached by neither',
    '{ match: { sites: [oslo] }, to: [a] }, { match: { devices: ["*"] }, to: [b] }',
    { siteKind: 'hub' },
    [],
  ],
  ['one device that matches is enough', '{ match: { devices: ["*-gateway"] }, to: [a] }', {}, ['a']],
  ['no device that matches is too few', '{ match: { devices: ["*-camera"] }, to: [a] }', {}, []],
  ['hubs compare without case', '{ match: { hubs: [HUB-Fleet-01] }, to: [a] }', {}, ['a']],
  ['another hub does not match', '{ match: { hubs: [hub-fleet-02] }, to: [a] }', {}, []],
  ['another severity does not match', '{ match: { severity: [critical] }, to: [a] }', {}, []],
  [
    'without a severity any one will do',
    '{ match: { severity: [critical] }, to: [a] }',
    { severity: null },
    ['a'],
  ],
  [
    'without a severity a final route for one of them leaves the others',
    '{ match: { severity: [info] }, to: [a], final: true }, { match: { severity: [critical] }, to: [b] }',
    { severity: null },
    ['a', 'b'],
  ],
  ['another cause does not match', '{ match: { cause: [gateway] }, to: [a] }', { cause: 'cloud' }, []],
  [
    'one of several causes is enough',
    '{ match: { cause: [gateway, cloud] }, to: [a] }',
    { cause: 'cloud' },
    ['a'],
  ],
  [
    'unknown is a cause like another',
    '{ match: { cause: [unknown] }, to: [a] }',
    { cause: 'unknown' },
    ['a'],
  ],
  [
    'before the cause is known a route that names one decides nothing, not even as final',
    '{ match: { cause: [gateway] }, to: [a], final: true }, { to: [b] }',
    { cause: 'notKnownYet' },
    ['b'],
  ],
  ['without a cause any one will do', '{ match: { cause: [gateway] }, to: [a] }', {}, ['a']],
  [
    'without a cause a final route for one of them leaves the others',
    '{ match: { cause: [gateway] }, to: [a], final: true }, { to: [b] }',
    {},
    ['a', 'b'],
  ],
  [
    'another reason does not match',
    '{ match: { reason: [flappingBegan] }, to: [a] }',
    { reason: 'outageBegan' },
    [],
  ],
  [
    'its reason matches',
    '{ match: { reason: [flappingBegan] }, to: [a] }',
    { reason: 'flappingBegan' },
    ['a'],
  ],
  [
    'where nothing may be told no reason matches',
    '{ match: { reason: [outageBegan] }, to: [a] }',
    { reason: null },
    [],
  ],
  [
    'receivers of later steps are not the route’s own',
    '{ to: [a], escalate: [{ after: 5m, to: [b] }] }',
    {},
    ['a'],
  ],
  ['all that a match names must hold', '{ match: { sites: [oslo], severity: [info] }, to: [a] }', {}, []],
];

describe('receiversFor', () => {
  it.each(rows)('%s', (_, routes, differing, expected) => {
    expect(receivers(routes, differing)).toEqual(expected);
  });
});

it('each route says which key does not fit, or that an earlier one ended the search', () => {
  const rules = rulesOf(
    [
      '{ match: { hubs: [hub-fleet-02], severity: [info] }, to: [a] }',
      '{ match: { sites: [bergen] }, to: [a] }',
      '{ match: { devices: ["*-camera"] }, to: [a] }',
      '{ match: { severity: [critical] }, to: [a] }',
      '{ match: { reason: [flappingBegan] }, to: [a] }',
      '{ match: { cause: [gateway] }, to: [a] }',
      '{ per: device, to: [a] }',
      '{ to: [a], final: true }',
      '{ to: [b] }',
      '{ match: { sites: [bergen] }, to: [b] }',
    ].join(', '),
  );
  const state = { severity: 'warning', cause: 'cloud', reason: 'outageBegan' } as const;
  const keys = (cause: 'cloud' | 'notKnownYet') =>
    routerFor(rules, incident)({ ...state, cause }, 'site').map(({ mismatch }) => mismatch);
  const rest = ['per', null, 'final', 'sites'];
  expect(keys('cloud')).toEqual(['hubs', 'sites', 'devices', 'severity', 'reason', 'cause', ...rest]);
  expect(keys('notKnownYet')).toEqual([
    'hubs',
    'sites',
    'devices',
    'severity',
    'reason',
    'causeNotKnownYet',
    ...rest,
  ]);
});

it('the states that routes tell apart are as few as they name', () => {
  expect(statesOf(rulesOf('{ to: [a] }'))).toHaveLength(3);
  const byCause = statesOf(rulesOf('{ match: { cause: [gateway] }, to: [a] }'));
  expect(new Set(byCause.map(({ cause }) => cause))).toEqual(
    new Set(['gateway', 'siteUplink', 'notKnownYet']),
  );
});
