import { deviceKey } from '../../device/device.ts';
import { fellQuietly } from '../stories/facts.ts';
import { thresholds } from '../thresholds.ts';
import { type Explanation, explanation, many, ofAll } from './explanation.ts';
import { alsoElsewhere, fellTogether, healthyElsewhere, type LossPattern, rowsSay } from './lossPattern.ts';
import { surpriseOfChoice } from './shared.ts';

const { priors, costs } = thresholds;

/** One device by itself, or several at times of their own. A broken link says neither why nor on which side. */
export function device(pattern: LossPattern): Explanation | null {
  const { facts, fell, together, keys, elsewhereCost } = pattern;
  const { spoken, settled, observed, stayed, stayedConnected, stories, otherSites } = facts;
  if (spoken === 0 && !(settled && observed.logs === 'read' && stayed > 0)) return null;
  // Three that fall in the same minutes have something in common, whether it is found or not.
  if (together && fell >= thresholds.several) return null;
  const restless = stories.filter(({ breaks }) => breaks >= thresholds.restless);
  const renewals = stories.filter(({ ending }) => ending === 'renewal').length;
  const compared = stayed > 0 || otherSites.untouched.length > 0;
  // Several that leave at their renewal one after the other have a way out in common.
  const stuck = renewals < 2 ? 0 : stayedConnected === 0 ? costs.stuck * (renewals - 1) : costs.confounded;
  const others = (together ? costs.anotherDevice : 1) * Math.max(0, fell - 1);
  const logged = stories.some(({ ending }) => ending === 'lost' || ending === 'replaced');
  return explanation({
    cause: 'device',
    cost: priors.device + (together ? others : Math.min(3, others)) + Math.min(4, stuck) + elsewhereCost,
    atMost: compared && logged && renewals === 0 && !(fell > 1 && together) ? 'medium' : 'low',
    devices: keys,
    for: [
      rowsSay(pattern),
      stayed > 0 && `Still connected: ${many(stayed, 'other device')} of the site.`,
      stayed === 0 && healthyElsewhere(pattern),
      stories.length > 1 && !together && 'The losses are spread over time.',
      restless.length > 0 &&
        `The link broke ${Math.max(...restless.map(({ breaks }) => breaks))} times within an hour.`,
      renewals > 0 &&
        'The connection ended when its token expired, and no attempt to reconnect reached the hub.',
    ],
    against: [
      !compared && 'There is no other device to compare with.',
      alsoElsewhere(pattern),
      fell > 1 && together && `${many(fell, 'device')} went offline in the same minutes.`,
    ],
  });
}

/** What fell shares its box with what stayed, so the box has power and a network. */
export function sisterModules({ facts: { stories, observed } }: LossPattern): Explanation | null {
  const quiet = stories.filter(fellQuietly);
  const staying = new Set(observed.unaffected.map(({ deviceId }) => deviceId));
  const own = new Set(quiet.map(({ key }) => key));
  const sisters = quiet.filter(({ device }) => staying.has(device.deviceId));
  if (sisters.length === 0 || sisters.length < quiet.length) return null;
  const stayed = observed.unaffected.filter(
    (each) => !own.has(deviceKey(each)) && sisters.some(({ device }) => device.deviceId === each.deviceId),
  );
  const boxes = new Set(sisters.map(({ device }) => device.deviceId)).size;
  return explanation({
    cause: 'deviceSoftware',
    cost: priors.sisterModules,
    atMost: 'medium',
    devices: quiet.map(({ key }) => key),
    for: [
      `${many(stayed.length, 'other connection')} of the same ${boxes === 1 ? 'box' : 'boxes'} ${stayed.length === 1 ? 'stays' : 'stay'} up, so ${boxes === 1 ? 'its' : 'their'} power and network work; a program on it does not.`,
    ],
  });
}

/** A slice of the fleet in one instant: a node of the service. A network takes whole sites, and over minutes. */
export function serviceSlice(pattern: LossPattern): Explanation | null {
  const { facts, instant, together, share, fell, keys } = pattern;
  const { otherSites, known, stayedConnected } = facts;
  const { coincident, partial, whole } = otherSites;
  if (!instant || !together || coincident + 1 < thresholds.sliceSites) return null;
  if (share >= thresholds.wholeSite && (known > thresholds.several || known === 1)) return null;
  const large = whole.filter(({ devices }) => devices.length > thresholds.several).length;
  return explanation({
    cause: 'cloud',
    cost:
      priors.cloud +
      costs.wholeSite * Math.min(2, large) +
      (partial.length < whole.length ? costs.confounded : 0),
    atMost: 'medium',
    devices: keys,
    for: [
      `Some of the devices at many sites went offline at the same instant: ${ofAll(fell, known)} here, and some at ${many(coincident, 'other site')}.`,
      stayedConnected > 0 && `${many(stayedConnected, 'device')} of the site connected since.`,
    ],
    against: ['The logs show no fault code of the service.'],
  });
}

/** Other sites are gone as a whole and had service faults; here the same shows as broken connections. */
export function faultsElsewhere(pattern: LossPattern): Explanation | null {
  const { facts, share, together, keys } = pattern;
  if (!together || share < thresholds.mostOfSite) return null;
  const faulty = facts.otherSites.whole.filter(
    ({ service, devices }) => service >= thresholds.mostOfSite * devices.length,
  );
  if (faulty.length < 2) return null;
  return explanation({
    cause: 'cloud',
    cost: priors.faultsElsewhere,
    atMost: 'medium',
    devices: keys,
    for: [
      `${many(faulty.length, 'other site')} went offline as a whole in the same minutes and had service faults.`,
      fellTogether(pattern),
    ],
    against: ['The devices of this site show no such code.', healthyElsewhere(pattern)],
  });
}

const workCodes: ReadonlySet<string> = new Set(['404012', '503006', '400029', '400030']);

/** The hub tells somebody of its own work while whole sites are gone without a word. */
export function serviceWorkElsewhere(pattern: LossPattern): Explanation | null {
  const { facts, share, together, keys } = pattern;
  const { otherSites, known } = facts;
  const told = otherSites.devices.filter(({ codes }) => codes.some((code) => workCodes.has(code)));
  if (told.length === 0 || !together) return null;
  const gone = otherSites.whole.length + (share >= thresholds.wholeSite && known > 1 ? 1 : 0);
  if (gone === 0) return null;
  const working = otherSites.untouched.filter(({ connectedSince }) => connectedSince > 0).length;
  const codes = [...new Set(told.flatMap((each) => each.codes.filter((code) => workCodes.has(code))))].sort();
  return explanation({
    cause: 'cloud',
    cost: priors.serviceWorkElsewhere + costs.workingSite * Math.min(3, working),
    atMost: told.length >= 2 || gone >= 2 ? 'medium' : 'low',
    devices: keys,
    for: [
      `The hub told ${many(told.length, 'device')} elsewhere of a failover, a restore or an upgrade (${codes.join(', ')}) in the same minutes.`,
      fellTogether(pattern),
    ],
    against: [working > 0 && `${many(working, 'other site')} connected since.`],
  });
}

/** Everything, or all that can be seen, in one instant: the hub, or a network that all share. */
export function everythingFell(pattern: LossPattern): Explanation | null {
  const { facts, instant, share, fell } = pattern;
  const { whole, partial, untouched, coincident } = facts.otherSites;
  if (!instant || share < thresholds.wholeSite) return null;
  const all = whole.length >= 2 && partial.length + untouched.length === 0 && coincident >= whole.length;
  const singles = facts.known === 1 && coincident >= thresholds.sliceSites - 1;
  if (!all && !singles) return null;
  return explanation({
    cause: 'unknown',
    cost: priors.everythingFell,
    atMost: 'low',
    devices: [],
    for: [],
    against: [
      `${all ? 'All sites that the logs show' : many(coincident, 'other site')} went offline within seconds of this one (${ofAll(fell, facts.known)} here). That points to the hub.`,
      'But the logs show no fault code of the service. That points to a network that these sites share.',
    ],
  });
}

/** What is left to say where no cause is better. */
export function noPattern(pattern: LossPattern): Explanation {
  const { facts, fell, elsewhereCost } = pattern;
  const { known, spoken, stories, observed, settled } = facts;
  const choice = fell > 1 && fell < known ? surpriseOfChoice(known, fell) : 0;
  const says = [
    spoken === 0 && observed.logs === 'read' && !settled && 'The logs have no row about the loss yet.',
    spoken === 0 && settled && rowsSay(pattern),
    spoken > 0 && rowsSay(pattern),
    fell > 1 &&
      fell < known &&
      `${ofAll(fell, known)} of the site went offline, and nothing sets them apart from the rest.`,
    stories.length > 0 && alsoElsewhere(pattern),
  ].filter((each) => typeof each === 'string');
  return explanation({
    cause: 'unknown',
    cost:
      priors.unknown + choice + Math.min(4, costs.unexplained * Math.max(0, fell - 1)) + 0.5 * elsewhereCost,
    atMost: 'low',
    devices: [],
    for: [],
    against: says.length > 0 ? [says.join(' ')] : [],
  });
}
