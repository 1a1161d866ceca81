import { expect, it } from 'vitest';
import { observe, siteAt } from '../../../src/lib/incident/observe.ts';
import { linksOf } from '../../../src/lib/notify/linksOf.ts';
import { configOf, osloConfig } from '../../support/configOf.ts';
import { hubResourceId, start } from '../../support/events.ts';
import { incident } from '../../support/incidents.ts';
import { offsetMs } from '../../support/offsetMs.ts';
import { SiteInMemory } from '../../support/siteView.ts';

const config = configOf(osloConfig);

function linksAt(when: string, deviceIds: readonly string[], publicUrl: string | null = null) {
  const site = new SiteInMemory(config);
  site.lost('0s', ...deviceIds);
  const settled = siteAt(config, site.site, [...site.devices.values()], start + offsetMs(when));
  const members = Object.fromEntries(deviceIds.map((id) => [id, 'down' as const]));
  return linksOf(publicUrl, observe(incident(members, { hubResourceId }), settled));
}

it('are the same to the letter whenever a notice is repeated', () => {
  expect(linksAt('10m', ['oslo-0'])).toEqual(linksAt('6h', ['oslo-0']));
});

it('lead to the incident only where there is a public address', () => {
  expect(linksAt('10m', ['oslo-0']).incident).toBeNull();
  expect(linksAt('10m', ['oslo-0'], 'https://responder.example').incident).toBe(
    'https://responder.example/status/incidents/inc_1',
  );
});

it('lead to a device only when it is the only one', () => {
  expect(linksAt('10m', ['oslo-0']).device).toContain('oslo-0');
  expect(linksAt('10m', ['oslo-0', 'oslo-1']).device).toBeNull();
});

it('lead to the portal only where an event or the configuration named the hub’s resource', () => {
  expect(linksOf(null, incident({ 'oslo-0': 'down' }))).toEqual({
    incident: null,
    logs: null,
    device: null,
    acknowledge: null,
    silence: null,
    resourceHealth: null,
  });
});
