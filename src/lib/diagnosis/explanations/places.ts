import { thresholds } from '../thresholds.ts';
import { type Explanation, explanation, many } from './explanation.ts';
import { alsoElsewhere, fellTogether, healthyElsewhere, type LossPattern, rowsSay } from './lossPattern.ts';
import { costOf, isMixed, type Shared, sharedName, sharedTrait, traitWords } from './shared.ts';

const { priors, costs } = thresholds;

/** Power or network of the site: most of it fell in one keep-alive spread. */
export function siteUplink(pattern: LossPattern): Explanation | null {
  const { facts, fell, share, together, instant, logged, keys, elsewhereCost, stayedConnected } = pattern;
  const { observed, otherSites, known, settled, spoken, stories, count } = facts;
  if (observed.site.kind === 'device' || !together || fell < 2 || share < thresholds.mostOfSite) return null;
  const whole = share >= thresholds.wholeSite;
  const proven = logged >= (1 - thresholds.leads) * stories.length || (settled && observed.logs === 'read');
  const clear =
    whole &&
    logged >= thresholds.leads * stories.length &&
    fell > thresholds.several &&
    otherSites.untouched.length > 0 &&
    otherSites.whole.length === 0 &&
    otherSites.partial.length <= otherSites.untouched.length &&
    stayedConnected <= thresholds.tolerated.exceptions * known;
  const fair = whole ? fell >= thresholds.several || proven : proven && stayedConnected <= 2;
  return explanation({
    cause: 'siteUplink',
    cost:
      priors.siteUplink +
      costs.stayedShare * (1 - share) +
      (costs.faultyShare * count('service')) / known +
      (costs.connectedShare * stayedConnected) / known +
      // Strays elsewhere in these minutes say little beside a whole site, unless they are of the same seconds.
      elsewhereCost * (instant || otherSites.whole.length > 0 ? 1 : costs.straysBesideSite),
    atMost: clear ? 'high' : fair ? 'medium' : 'low',
    devices: keys,
    for: [fellTogether(pattern), rowsSay(pattern), healthyElsewhere(pattern)],
    against: [
      stayedConnected > 0 && `${many(stayedConnected, 'device')} of the site connected after the loss.`,
      alsoElsewhere(pattern),
      otherSites.untouched.length === 0 && 'The logs show no other site to compare with.',
      count('service') > 0 && `${many(count('service'), 'device')} had a service fault, too few to matter.`,
      count('orderly') > 0 && `${many(count('orderly'), 'device')} disconnected cleanly.`,
      spoken === 0 && !settled && 'Judged by the events alone: the logs have no row about it yet.',
    ],
  });
}

/** One line, switch or gateway: what fell shares a name or an address, and the rest of the site does not. */
export function gateway(pattern: LossPattern): Explanation | null {
  const { own, fell, share, together, logged, keys, elsewhereCost } = pattern;
  if (!together || fell < 2) return null;
  const name = exact(sharedName(own));
  const address = exact(sharedTrait('address', own));
  const best = [address, name].filter((shared) => shared !== null).sort((a, b) => costOf(a) - costOf(b))[0];
  // Nearly the whole site is the site, whatever the few that stayed are called.
  if (!best || share > (address ? thresholds.partOfSite.byAddress : thresholds.partOfSite.byName))
    return null;
  const both = name !== null && address !== null;
  const known = best.contrast.length;
  const sure = logged > 0 && fell >= thresholds.several;
  const others = (['protocol', 'client'] as const).flatMap((trait) => exact(sharedTrait(trait, own)) ?? []);
  return explanation({
    cause: 'gateway',
    cost:
      (address ? (both ? priors.gatewayByBoth : priors.gatewayByAddress) : priors.gatewayByName) +
      costOf(best) +
      (address || fell > 2 ? 0 : costs.confounded) +
      elsewhereCost,
    atMost:
      sure &&
      address &&
      known >= thresholds.several &&
      (both || fell > thresholds.several) &&
      others.length === 0
        ? 'high'
        : sure
          ? 'medium'
          : 'low',
    devices: keys,
    for: [
      name && nameSays(name),
      address && sharedSays(address, `share the address ${address.value}`),
      fellTogether(pattern),
    ],
    against: [
      ...others.map(({ trait, value }) => `What went offline also shares the ${traitWords[trait]} ${value}.`),
      alsoElsewhere(pattern),
      logged === 0 && 'The logs have no row about the losses.',
    ],
  });
}

/** With exceptions on both sides a shared trait is a coincidence rather than a reason. */
function exact(shared: Shared | null): Shared | null {
  if (shared === null) return null;
  const own = shared.hits.filter((member) => member.own).length;
  return shared.exceptions.length <= thresholds.tolerated.exceptions * (own + shared.exceptions.length) &&
    shared.leftovers.length <= thresholds.tolerated.leftovers * (own + shared.leftovers.length)
    ? shared
    : null;
}

function nameSays(shared: Shared): string {
  return sharedSays(shared, `have names that begin with “${shared.value}”`);
}

/** Counts, so that the sentence stays true with exceptions. */
function sharedSays({ hits, leftovers, exceptions, contrast }: Shared, says: string): string {
  const all =
    leftovers.length === 0 ? 'All devices' : `${hits.length} of ${hits.length + leftovers.length} devices`;
  const rest =
    exceptions.length === 0
      ? `none of the ${contrast.length} that stayed and can be compared does`
      : `so do ${exceptions.length} of the ${exceptions.length + contrast.length} that stayed`;
  return `${all} that went offline ${says}; ${rest}.`;
}

/** Several whole sites while others stay: what they share lies above them. */
export function provider(pattern: LossPattern): Explanation | null {
  const { facts, share, together, keys } = pattern;
  const { whole, partial, untouched, withoutRows, service } = facts.otherSites;
  const single = facts.known === 1;
  const times = whole.flatMap(({ lost }) => lost.flatMap((device) => device.lost?.atMs ?? []));
  const fromMs = facts.cluster?.fromMs ?? 0;
  const instant = pattern.instant && times.every((atMs) => Math.abs(atMs - fromMs) <= thresholds.instantMs);
  // Two whole sites beside this one make up for those of this site that have another line.
  const enough = whole.length >= 2 ? thresholds.mostOfSite : thresholds.wholeSite;
  if (!together || share < enough) return null;
  if (whole.length < (single ? thresholds.several : 1) || partial.length > whole.length) return null;
  if (single && whole.length < thresholds.singleSites * (whole.length + untouched.length)) return null;
  const faulty = whole.filter(
    (site) => site.service >= thresholds.service.struckSite * site.devices.length,
  ).length;
  const others = untouched.length + withoutRows.length;
  const names = whole.slice(0, 5).map(({ name }) => name);
  return explanation({
    cause: 'provider',
    cost:
      priors.provider +
      (share < thresholds.wholeSite ? costs.stayedShare * (1 - share) : 0) +
      costs.partialSite * partial.length +
      (others === 0 ? 2 : 0) +
      (single && instant ? 2 : 0) +
      costs.wholeSite * faulty +
      (costs.faultyShare * facts.count('service')) / facts.known,
    atMost:
      whole.length >= 2 &&
      untouched.length > 0 &&
      partial.length === 0 &&
      share >= thresholds.wholeSite &&
      !instant &&
      !single
        ? 'high'
        : others > 0
          ? 'medium'
          : 'low',
    devices: keys,
    for: [
      `Whole sites went offline in the same minutes: ${share < thresholds.wholeSite ? 'most of this one' : 'this one'} and ${names.join(', ')}${whole.length > 5 ? ` and ${whole.length - 5} more` : ''}.`,
      untouched.length > 0 &&
        `Still connected: ${many(untouched.length, 'other site')} of the hub${service.length === 0 ? '; the service reports no fault' : ''}.`,
      untouched.length === 0 &&
        others > 0 &&
        `${many(others, 'other site')} of the hub ${others === 1 ? 'has' : 'have'} no row about a loss.`,
    ],
    against: [
      others === 0 && 'No site is known to be untouched, so the hub itself cannot be ruled out.',
      partial.length > 0 && `${many(partial.length, 'site')} lost only a part of the devices.`,
      instant && 'They went offline within seconds; a network failure shows over minutes.',
    ],
  });
}

/** A part of each of several sites behind one block of addresses, as devices of one mobile carrier are. */
export function sharedAddress(pattern: LossPattern): Explanation | null {
  const { facts, together, keys } = pattern;
  if (!together) return null;
  const shared = sharedTrait('address', facts.members);
  if (!shared || !isMixed(facts.members)) return null;
  const sites = new Set(shared.hits.map(({ site }) => site)).size;
  if (sites < 2 || shared.hits.length < thresholds.several) return null;
  return explanation({
    cause: 'provider',
    cost: priors.sharedAddress + costOf(shared) + (sites === 2 ? costs.confounded : 0),
    atMost: sites >= thresholds.several && shared.exceptions.length === 0 ? 'medium' : 'low',
    devices: keys,
    for: [
      `The devices that went offline at ${many(sites, 'site')} (${shared.hits.length}) share the address ${shared.value}; the ${shared.contrast.length} that stayed and can be compared have other addresses.`,
    ],
    against: [
      shared.exceptions.length > 0 &&
        `${many(shared.exceptions.length, 'device')} with this address stayed connected.`,
    ],
  });
}
