import { expect, it } from 'vitest';
import { hubAsSite } from '../../../src/lib/app/places.ts';
import { placeOf } from '../../../src/lib/directory/placeOf.ts';
import { watchedHub } from '../../../src/lib/policy/watchedHub.ts';
import { partitionOf } from '../../../src/lib/store/keys.ts';
import { configOf } from '../../support/configOf.ts';

const config = configOf(`
sites:
  - { id: oslo, name: Oslo plant, timeZone: Europe/Oslo, devices: ["oslo-*"] }
  - { id: late, devices: ["oslo-press-*", "late-*"] }
  - { id: bergen, name: Bergen yard }
  - { id: stray, devices: ["narvik-9"] }
sitePattern: "^(?<site>[a-z]+)-"
receivers:
  operators: { email: { to: ["ops@oslo.example"] } }
routes: [{ to: [operators] }]
`);

it.each([
  {
    rule: 'a site’s globs claim a device',
    deviceId: 'oslo-1',
    site: { kind: 'site', id: 'oslo', name: 'Oslo plant', timeZone: 'Europe/Oslo' },
  },
  { rule: 'the first site that matches wins', deviceId: 'oslo-press-1', site: { kind: 'site', id: 'oslo' } },
  {
    rule: 'a site without a name is called by its id, in UTC',
    deviceId: 'late-1',
    site: { kind: 'site', id: 'late', name: 'late', timeZone: 'UTC' },
  },
  {
    rule: 'the pattern names a configured site, with its name',
    deviceId: 'bergen-1',
    site: { kind: 'site', id: 'bergen', name: 'Bergen yard' },
  },
  {
    rule: 'the pattern names a site that nobody configured',
    deviceId: 'narvik-1',
    site: { kind: 'site', id: 'narvik', name: 'narvik', timeZone: 'UTC' },
  },
  {
    rule: 'a site’s globs come before the pattern',
    deviceId: 'narvik-9',
    site: { kind: 'site', id: 'stray' },
  },
  {
    rule: 'a device that nothing matches is its own site',
    deviceId: '7#pump?',
    site: { kind: 'device', id: '7#pump?', name: '7#pump?', timeZone: 'UTC' },
  },
  {
    rule: 'globs match with case',
    deviceId: 'OSLO-1',
    site: { kind: 'device', id: 'OSLO-1' },
  },
])('$rule', ({ deviceId, site }) => {
  expect(placeOf(config, deviceId)).toMatchObject(site);
});

it('calls a hub as the configuration does, and compares hubs without case', () => {
  const resourceId = '/subscriptions/1a2b/resourceGroups/rg/providers/Microsoft.Devices/IotHubs/Hub-Fleet-01';
  const watching = configOf(`
hubs: [{ resourceId: ${resourceId.replace('Fleet', 'Other')} }, { resourceId: ${resourceId} }]
receivers:
  operators: { email: { to: ["ops@oslo.example"] } }
routes: [{ to: [operators] }]
`);
  expect(watchedHub(watching, 'HUB-FLEET-01')?.name).toBe('Hub-Fleet-01');
  expect(hubAsSite(watching, 'hub-fleet-01')).toEqual({
    kind: 'site',
    id: 'hub-fleet-01',
    name: 'Hub-Fleet-01',
    timeZone: 'UTC',
  });
  expect(watchedHub(config, 'hub-fleet-01')).toBeUndefined();
  expect(hubAsSite(config, 'Hub-A')).toMatchObject({ id: 'hub-a', name: 'Hub-A' });
});

it('keeps a device without a site apart from a configured site of the same id', () => {
  expect(partitionOf({ hub: 'hub', kind: 'device', id: 'oslo' })).not.toBe(
    partitionOf({ hub: 'hub', kind: 'site', id: 'oslo' }),
  );
});

it('makes one site id under two hubs two sites, and hub names that differ in case one hub', () => {
  const oslo = { kind: 'site', id: 'oslo' } as const;
  expect(partitionOf({ hub: 'hub-a', ...oslo })).not.toBe(partitionOf({ hub: 'hub-b', ...oslo }));
  expect(partitionOf({ hub: 'Hub-A', ...oslo })).toBe(partitionOf({ hub: 'hub-a', ...oslo }));
});
