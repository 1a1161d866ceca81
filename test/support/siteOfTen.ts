import { configOf, osloConfig } from './configOf.ts';
import { SiteInMemory } from './siteView.ts';

/** Receivers of every kind, with these routes. */
export const routes = (text: string) =>
  configOf(`
sites:
  - { id: oslo, devices: ["oslo-*"] }
  - { id: elsewhere, devices: ["elsewhere-*"] }
receivers:
  operators: { email: { to: ["ops@oslo.example"] } }
  manager: { email: { to: ["manager@oslo.example"] } }
  on-call: { email: { to: ["oncall@oslo.example"] } }
  careful: { email: { to: ["careful@oslo.example"] }, fallback: on-call }
routes:
${text}`);

export const devices = Array.from({ length: 10 }, (_, index) => `oslo-${index}`);

export function siteOfTen(config = configOf(osloConfig)): SiteInMemory {
  const site = new SiteInMemory(config);
  site.connected('0s', ...devices);
  return site;
}

/** One of ten lost at 10m: offline at 15m, told at 15m30s. */
export function oneLost(config = configOf(osloConfig)): SiteInMemory {
  const site = siteOfTen(config);
  site.lost('10m', 'oslo-0');
  site.evaluate('15m');
  return site;
}

export function oneTold(config = configOf(osloConfig)): SiteInMemory {
  const site = oneLost(config);
  site.evaluate('15m30s');
  site.answer('15m30s');
  return site;
}

export const onlyIncident = (site: SiteInMemory) => [...site.incidents.values()][0]!;
export const openOnes = (site: SiteInMemory) =>
  [...site.incidents.values()].filter((one) => one.status === 'open');
