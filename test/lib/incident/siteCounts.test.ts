import { describe, expect, it } from 'vitest';
import { siteAt } from '../../../src/lib/incident/observe.ts';
import { siteNumbers } from '../../../src/lib/incident/siteCounts.ts';
import { configOf, osloConfig } from '../../support/configOf.ts';
import { start } from '../../support/events.ts';
import { offsetMs } from '../../support/offsetMs.ts';
import { SiteInMemory } from '../../support/siteView.ts';

const at = (text: string) => start + offsetMs(text);
const config = configOf(osloConfig);

function numbers(site: SiteInMemory, when: string, silenced: readonly string[] | null = null) {
  const match = { hubs: null, sites: null, devices: silenced };
  const silence = {
    kind: 'silence',
    id: 's',
    match,
    fromMs: start,
    untilMs: at('9d'),
    by: '',
    reason: null,
  } as const;
  const silences = silenced === null ? [] : [{ ...silence, createdAtMs: start }];
  const rules = { ...config, controls: { version: 1, silences, windows: [] } };
  return siteNumbers(siteAt(rules, site.site, [...site.devices.values()], at(when)), 'hub-fleet-01');
}

function siteOfFour(): SiteInMemory {
  const site = new SiteInMemory(config);
  site.connected('0s', 'oslo-1', 'oslo-2', 'oslo-3', 'oslo-4');
  return site;
}

const well = { known: 4, offline: 0, flapping: 0, silenced: 0, sinceMs: null, modules: false };

describe('the numbers of a site', () => {
  it('that is well are its devices', () => {
    expect(numbers(siteOfFour(), '1m')).toEqual(well);
  });

  it('leave out who is only suspected', () => {
    const site = siteOfFour();
    site.lost('10m', 'oslo-1');
    expect(numbers(site, '11m')).toEqual(well);
  });

  it('have who is down, since the oldest loss', () => {
    const site = siteOfFour();
    site.lost('10m', 'oslo-1');
    site.lost('12m', 'oslo-2');
    expect(numbers(site, '1h')).toEqual({ ...well, offline: 2, sinceMs: at('10m') });
  });

  it('count who is down and silenced there alone, since when all the same', () => {
    const site = siteOfFour();
    site.lost('10m', 'oslo-1', 'oslo-2');
    expect(numbers(site, '1h', ['oslo-1'])).toEqual({ ...well, offline: 1, silenced: 1, sinceMs: at('10m') });
  });

  it('leave out a silence of devices that are well', () => {
    expect(numbers(siteOfFour(), '1h', ['*'])).toEqual(well);
  });

  it('leave out deleted devices, also those that were down', () => {
    const site = siteOfFour();
    site.lost('10m', 'oslo-4');
    site.happens('deleted', 'oslo-4', '20m');
    expect(numbers(site, '1h')).toEqual({ ...well, known: 3 });
  });
});
