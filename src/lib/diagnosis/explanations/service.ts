import type { Facts } from '../stories/facts.ts';
import { thresholds } from '../thresholds.ts';
import { type Explanation, explanation, many, ofAll, type Sentence } from './explanation.ts';

/** The service names its own work: failover, restore and upgrades. */
const work = /^(404012|400029|400030|503006)$/;

function codesOf(facts: Facts): string {
  const codes = facts.stories
    .filter(({ ending }) => ending === 'service')
    .map(({ code }) => code || 'no code');
  return [...new Set(codes)].sort().slice(0, 3).join(', ');
}

/** What the service says of itself to the devices of the notice. */
export function serviceFaults(facts: Facts): Explanation | null {
  const { stories, otherSites, spoken, fallen, siteShare, count, observed } = facts;
  const own = stories.filter(({ ending }) => ending === 'service');
  const { service, untouched } = otherSites;
  const share = spoken === 0 ? 0 : own.length / spoken;
  const keys = own.map(({ key }) => key);
  const faults =
    own.length > 0 && `${ofAll(own.length, stories.length)} had a service fault (${codesOf(facts)}).`;
  const elsewhere =
    service.length > 0 && `${many(service.length, 'other site')} had service faults in the same minutes.`;
  const healthy: Sentence =
    untouched.length > 0 &&
    `${many(untouched.length, 'other site')} of the hub ${untouched.length === 1 ? 'connects' : 'connect'} normally.`;

  const named = own.filter(({ code }) => work.test(code));
  const failover = named.some(({ code }) => code === '404012');
  const failoverElsewhere = failover && otherSites.devices.some(({ codes }) => codes.includes('404012'));
  if (named.length > 0 && (named.length >= thresholds.service.most * spoken || failoverElsewhere)) {
    const told = named.length >= 2 || service.length > 0;
    // A hub that fails over drops everybody, also those that have not heard of it; one at work for several sites as well.
    const whole = failover || service.length >= 2;
    return explanation({
      cause: 'cloud',
      cost: 0,
      atMost: told && (failover || service.length > 0) ? 'high' : 'medium',
      devices: whole ? stories.map(({ key }) => key) : keys,
      for: [
        failover
          ? `The hub reports that it is failing over (404012), to ${ofAll(named.length, stories.length)}.`
          : `The hub closed or refused ${ofAll(named.length, stories.length)} during an upgrade or a restore (${named[0]!.code}).`,
        elsewhere,
      ],
      against: [!told && 'Only one row says so.'],
    });
  }
  if (share >= thresholds.service.most && service.length > 0) {
    const enough = service.length >= 2 && own.length >= 2;
    return explanation({
      cause: 'cloud',
      cost: 0,
      atMost: enough ? 'high' : 'medium',
      devices: own.length >= thresholds.service.most * stories.length ? stories.map(({ key }) => key) : keys,
      for: [faults, elsewhere],
      against: [healthy],
    });
  }
  if (share >= thresholds.service.most) {
    // At one site alone they contradict the health of the others.
    const contradicted = typeof healthy === 'string';
    return explanation({
      cause: contradicted ? 'unknown' : 'cloud',
      cost: 0,
      atMost: contradicted || stories.length < thresholds.several ? 'low' : 'medium',
      devices: keys,
      for: contradicted ? [] : [faults],
      against: contradicted
        ? [
            faults,
            `But ${healthy} A fault of the service would be expected at several sites, a fault of the site would not show such codes.`,
          ]
        : ['The logs show no other site to compare with.'],
    });
  }
  if (
    observed.logs === 'unread' ||
    count('service', 'lost', 'replaced', 'silent') < thresholds.leads * stories.length
  )
    return null;
  // Large fleets always meet stray faults somewhere: it takes a good part of several sites, and not one whole site here.
  const struck = service.filter(
    (site) => site.service >= thresholds.service.struckSite * site.devices.length,
  );
  const devices = struck.reduce((sum, site) => sum + site.service, 0);
  const few =
    own.length === 0
      ? siteShare >= thresholds.wholeSite || struck.length < thresholds.several
      : share < thresholds.service.struckSite || struck.length < 2;
  if (few || devices < Math.max(thresholds.service.leastDevices, thresholds.service.most * fallen))
    return null;
  return explanation({
    cause: 'cloud',
    cost: 0,
    atMost: 'medium',
    devices: stories.map(({ key }) => key),
    for: [
      `${many(devices, 'device')} at ${many(struck.length, 'other site')} had service faults in the same minutes.`,
      faults,
    ],
    against: [own.length === 0 && 'The devices of this site show no such code.', healthy],
  });
}
