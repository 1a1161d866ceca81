import { familyOf } from '../catalogue/codes.ts';
import { isDown } from '../elsewhere.ts';
import type { Facts } from '../facts.ts';
import { isFailure } from '../logRow.ts';
import { errorsBeforeLossMs } from '../queries.ts';
import { many, ofAll, type Rule, verdict } from './verdict.ts';

/** A suspended hub refuses everybody: one row is enough, unless devices connected after it. */
export const suspended: Rule = ({ observed, elsewhere, count, cluster, known }) => {
  const rows = [...observed.rows, ...elsewhere.devices.map(({ newest }) => newest)];
  const sinceMs = (cluster?.fromMs ?? observed.nowMs) - errorsBeforeLossMs;
  const refused = rows.filter(
    (row) => row.atMs >= sinceMs && familyOf(row.code, row.description) === 'suspended',
  );
  if (refused.length === 0) return null;
  const lastMs = Math.max(...refused.map(({ atMs }) => atMs));
  const connects = rows.filter(
    (row) => row.operation === 'connect' && !isFailure(row) && row.atMs > lastMs + 60_000,
  );
  if (connects.length >= Math.min(2, known)) return null;
  const own = count('suspended');
  return verdict(
    'administrative',
    own > 0 || refused.length >= 2 ? 'high' : 'medium',
    [
      `The hub ${observed.hubName} reports that it is suspended (403001), to ${many(new Set(refused.map(({ deviceId }) => deviceId)).size, 'device')}.`,
    ],
    [],
    ['403001'],
  );
};

export const quota: Rule = ({ count, share, stories, elsewhere }) => {
  const own = count('quota');
  const enough =
    (share('quota') >= 0.5 && own >= 0.3 * stories.length) || (own > 0 && elsewhere.quota.length >= 2);
  if (!enough) return null;
  return verdict('quota', share('quota') >= 0.7 ? 'high' : 'medium', [
    `The hub refuses ${ofAll(own, stories.length)} because its daily quota is used up (403002).`,
    elsewhere.quota.length > 0 && `${many(elsewhere.quota.length, 'other site')} met the same refusal.`,
  ]);
};

/** The service names its own work: failover and upgrades. */
export const serviceWork: Rule = (facts) => {
  const { stories, elsewhere } = facts;
  const named = stories.filter(
    ({ ending, code }) => ending === 'service' && /^(404012|400029|400030)$/.test(code),
  );
  const failover = named.some(({ code }) => code === '404012');
  const alsoElsewhere = failover && elsewhere.devices.some(({ codes }) => codes.includes('404012'));
  if (named.length === 0 || (named.length < 0.5 * facts.spoken && !alsoElsewhere)) return null;
  return verdict('cloud', failover || elsewhere.service.length > 0 ? 'high' : 'medium', [
    failover
      ? `The hub reports that it is failing over (404012), to ${ofAll(named.length, stories.length)}.`
      : `The hub closed or refused ${ofAll(named.length, stories.length)} during an upgrade (${named[0]!.code}).`,
    elsewhere.service.length > 0 &&
      `${many(elsewhere.service.length, 'other site')} met faults of the service too.`,
  ]);
};

/** Faults of the service at several sites. At one site alone they contradict the health of the others. */
export const serviceFaults: Rule = (facts) => {
  const { stories, elsewhere, count, share } = facts;
  const own = count('service');
  const faults = `${ofAll(own, stories.length)} met a fault of the service (${codesOf(facts)}).`;
  const sites = elsewhere.service.length;
  const elsewhereToo = sites > 0 && `${many(sites, 'other site')} met such faults in the same minutes.`;
  const healthy =
    elsewhere.untouched.length > 0 &&
    `${many(elsewhere.untouched.length, 'other site')} of the hub connect normally.`;
  if (share('service') >= 0.5) {
    if (sites > 0) return verdict('cloud', sites >= 2 ? 'high' : 'medium', [faults, elsewhereToo], [healthy]);
    if (healthy) {
      return verdict(
        'unknown',
        'low',
        [],
        [
          faults,
          `But ${healthy} A fault of the service would be expected at several sites, a fault of the site would not show such codes.`,
        ],
      );
    }
    return verdict(
      'cloud',
      stories.length >= 3 ? 'medium' : 'low',
      [faults],
      ['No other site is known to compare with.'],
    );
  }
  if (share('service', 'lost', 'replaced') < 0.7) return null;
  // Large fleets always meet stray faults somewhere: it takes a good part of several sites, and not one whole site here.
  const struck = elsewhere.service.filter((site) => site.service >= 0.2 * site.devices.length);
  const serviceDevices = struck.reduce((sum, site) => sum + site.service, 0);
  const few =
    own === 0 ? facts.siteShare >= 0.8 || struck.length < 3 : share('service') < 0.3 || struck.length < 2;
  if (few || serviceDevices < Math.max(4, 0.5 * facts.fallen)) return null;
  return verdict(
    'cloud',
    'medium',
    [
      `${many(serviceDevices, 'device')} at ${many(struck.length, 'other site')} met faults of the service in the same minutes.`,
      own > 0 && faults,
    ],
    [own === 0 && 'The devices of this site show no such code.', healthy],
  );
};

/** No code of the service, but every site loses a part of its devices in one instant: no network has that shape. */
export const evenPartialLoss: Rule = ({ cluster, siteShare, fallen, known, elsewhere, share, ...facts }) => {
  // A trait or a part of the site that explains who fell speaks against the service.
  if (facts.separators.length + facts.pooled.length > 0) return null;
  if (cluster === null || share('lost', 'replaced', 'service', 'renewal') < 0.7) return null;
  const { partial, whole, untouched, withoutRows } = elsewhere;
  const isPart = siteShare > 0 && siteShare <= 0.7 && known >= 3;
  const hit = partial.length + whole.length;
  const most = hit >= 3 && hit >= 2 * untouched.length && hit >= withoutRows.length;
  // Others may look whole only because their healthy devices have no row in these minutes.
  if (!isPart || !most) return null;
  const times = [...partial, ...whole].flatMap(({ lostAtMs }) => lostAtMs);
  const instant =
    times.filter((atMs) => Math.abs(atMs - cluster.fromMs) <= 90_000).length >= 0.8 * times.length;
  if (!instant || cluster.toMs - cluster.fromMs > 120_000) return null;
  return verdict(
    'cloud',
    'medium',
    [
      `A part of the devices fell at most sites in the same instant: ${ofAll(fallen, known)} here, and some at ${many(hit, 'other site')}.`,
    ],
    ['The logs show no fault code of the service.'],
  );
};

function codesOf({ stories }: Facts): string {
  const codes = stories.filter(({ ending }) => ending === 'service').map(({ code }) => code || 'no code');
  return [...new Set(codes)].slice(0, 3).join(', ');
}

/** Everything fell, everywhere, in one instant, and nothing says why. */
export const everythingFell: Rule = ({ cluster, siteShare, elsewhere, fallen, known }) => {
  const { whole, partial, untouched, devices } = elsewhere;
  if (cluster === null || siteShare < 0.8 || whole.length < 2 || partial.length + untouched.length > 0)
    return null;
  const times = whole.flatMap(({ lostAtMs }) => lostAtMs);
  const spreadMs = Math.max(...times, cluster.toMs) - Math.min(...times, cluster.fromMs);
  if (spreadMs > 15_000) return null;
  return verdict(
    'unknown',
    'low',
    [],
    [
      `All sites that the logs show fell within ${Math.ceil(spreadMs / 1000)} s: ${ofAll(fallen, known)} here and ${many(devices.filter(isDown).length, 'device')} at ${many(whole.length, 'other site')}. That speaks for the hub.`,
      'But the logs show no fault code of the service. That speaks for a network that all sites share.',
    ],
  );
};
