import type { DeviceStory } from '../stories/deviceStory.ts';
import { memberOfStory } from '../stories/members.ts';
import { thresholds } from '../thresholds.ts';
import { type Explanation, explanation, many, ofAll } from './explanation.ts';
import { alsoElsewhere, type LossPattern } from './lossPattern.ts';
import { costOf, isMixed, type Shared, sharedTrait, traitWords } from './shared.ts';

const { priors, costs } = thresholds;

/** A trait over this site alone, and over all sites where it also fell elsewhere. */
function scopesOf(trait: 'protocol' | 'client' | 'program' | 'firmware', { facts, own }: LossPattern) {
  // A firewall is of a place, a program is not: it is expected to fall wherever it runs.
  const hit = new Set(facts.members.filter(({ fell }) => fell).map(({ site }) => site));
  const members = trait === 'protocol' ? facts.members.filter(({ site }) => hit.has(site)) : facts.members;
  const everywhere = sharedTrait(trait, members);
  const fellElsewhere = everywhere?.hits.some((member) => !member.own) ?? false;
  return {
    here: sharedTrait(trait, own),
    everywhere: fellElsewhere && isMixed(facts.members) ? everywhere : null,
  };
}

/** One protocol falls and the others stay: its port, or a proxy. */
export function port(pattern: LossPattern): Explanation | null {
  if (!pattern.together) return null;
  const { here, everywhere } = scopesOf('protocol', pattern);
  const local =
    here && here.hits.length >= thresholds.several
      ? costOf(here) + pattern.elsewhereCost
      : Number.POSITIVE_INFINITY;
  const wide =
    everywhere && everywhere.hits.length >= thresholds.several
      ? costOf(everywhere)
      : Number.POSITIVE_INFINITY;
  const shared = wide < local ? everywhere : here;
  const cost = Math.min(local, wide);
  if (!shared || cost === Number.POSITIVE_INFINITY) return null;
  // A port through which one device of the site came since is not closed.
  if (shared.exceptions.some(({ own, connectedSince }) => own && connectedSince)) return null;
  // At one site, devices of one protocol may have more in common than that.
  const clear =
    wide < local &&
    shared.exceptions.length + shared.leftovers.length === 0 &&
    shared.hits.length > thresholds.several &&
    shared.contrast.length >= thresholds.several;
  return explanation({
    cause: 'networkPolicy',
    cost: priors.networkPolicy + cost,
    atMost: clear ? 'high' : shared.exceptions.length > 0 ? 'low' : 'medium',
    devices: pattern.keys,
    for: [saysOf(shared, `use ${shared.value}`, 'other protocols')],
    against: [...alsoDiffer(shared, pattern), alsoElsewhereUnless(wide < local, pattern)],
  });
}

/** One client version or program falls and the others stay. */
export function clientVersion(pattern: LossPattern): Explanation | null {
  if (!pattern.together) return null;
  const found = (['client', 'firmware', 'program'] as const).flatMap((trait) => {
    const { here, everywhere } = scopesOf(trait, pattern);
    // A version that falls should not run well elsewhere.
    const well = here
      ? pattern.facts.members.filter(
          (member) => !member.own && !member.fell && member.traits[trait] === here.value,
        )
      : [];
    const broader = trait === 'program' ? costs.broader : 0;
    return [
      ...(here && here.hits.length >= thresholds.several
        ? [
            {
              shared: here,
              wide: false,
              cost:
                costOf(here) + costOf({ exceptions: well, leftovers: [] }) + pattern.elsewhereCost + broader,
            },
          ]
        : []),
      ...(everywhere && everywhere.hits.length >= thresholds.several
        ? [{ shared: everywhere, wide: true, cost: costOf(everywhere) + broader }]
        : []),
    ];
  });
  const best = found.sort((a, b) => a.cost - b.cost)[0];
  if (!best) return null;
  const { shared, wide, cost } = best;
  return explanation({
    cause: 'deviceSoftware',
    cost: priors.deviceSoftware + cost,
    atMost: shared.exceptions.length > 0 ? 'low' : 'medium',
    devices: pattern.keys,
    for: [
      saysOf(
        shared,
        `run ${shared.value}`,
        shared.trait === 'program' ? 'other programs' : 'other versions',
        wide ? ', here and at other sites,' : '',
      ),
    ],
    against: [
      ...alsoDiffer(shared, pattern),
      !wide && 'No other site is known to have lost devices with it.',
      alsoElsewhereUnless(wide, pattern),
    ],
  });
}

function saysOf(shared: Shared, says: string, others: string, where = ''): string {
  const { hits, leftovers, exceptions, contrast } = shared;
  const all =
    leftovers.length === 0
      ? `All ${hits.length} devices`
      : `${hits.length} of ${hits.length + leftovers.length} devices`;
  const rest =
    exceptions.length === 0
      ? `the ${contrast.length} that stayed and can be compared use ${others}`
      : `${exceptions.length} that stayed ${exceptions.length === 1 ? 'does' : 'do'} too, ${contrast.length} ${contrast.length === 1 ? 'does' : 'do'} not`;
  return `${all} that went offline${where} ${says}; ${rest}.`;
}

/** Where two differences fall together, neither can be told from the other. */
function alsoDiffer(shared: Shared, { own }: LossPattern): string[] {
  return (['protocol', 'client', 'address'] as const)
    .filter((trait) => trait !== shared.trait)
    .flatMap((trait) => sharedTrait(trait, own) ?? [])
    .filter(({ exceptions, leftovers }) => exceptions.length + leftovers.length === 0)
    .map(
      ({ trait, value }) =>
        `The devices that went offline also differ in their ${traitWords[trait]} (${value}).`,
    );
}

function alsoElsewhereUnless(wide: boolean, pattern: LossPattern) {
  return !wide && alsoElsewhere(pattern);
}

/** Existing connections hold, but none that ends for a renewal comes back: name resolution, a proxy, or trust. */
export function newConnections(pattern: LossPattern): Explanation | null {
  const { facts, together } = pattern;
  const { stories, otherSites, observed, stayedConnected } = facts;
  const stuck = stories.filter((story) => isStuck(story, together));
  if (stuck.length < 2 || stuck.length < thresholds.leads * stories.length) return null;
  const site = `${observed.site.kind} ${observed.site.id}`;
  const proofs = otherSites.untouched.filter(({ connectedSince }) => connectedSince > 0).length;
  const compared = [
    ...stuck.map((story) => memberOfStory(story, site)),
    ...facts.members.filter(({ fell, connectedSince }) => !fell && connectedSince),
  ];
  const client = exactly(sharedTrait('client', compared) ?? sharedTrait('program', compared));
  const protocol = exactly(sharedTrait('protocol', compared));
  const few = stuck.length < thresholds.several ? costs.confounded : 0;
  const says = `${ofAll(stuck.length, stories.length)} left when ${stuck.length === 1 ? 'its token was' : 'their tokens were'} due for renewal, and no attempt to reconnect has reached the hub.`;
  const keys = stuck.map(({ key }) => key);
  if (client && stayedConnected > 0 && !protocol) {
    return explanation({
      cause: 'deviceSoftware',
      cost: priors.newConnections + few,
      atMost: 'medium',
      devices: keys,
      for: [
        says,
        `All of them run ${client.value}; ${many(client.contrast.length, 'device')} with other clients connected since.`,
        'A client that does not trust the hub’s certificate, or speaks an old TLS version, leaves no row.',
      ],
    });
  }
  return explanation({
    cause: 'networkPolicy',
    cost: priors.newConnections + few + (protocol ? 0 : Math.min(3, stayedConnected) * costs.counterexample),
    // Tokens that end together may hide that the devices fell together.
    atMost: together || stuck.length < thresholds.several ? 'low' : 'medium',
    devices: keys,
    for: [
      says,
      protocol
        ? `All of them use ${protocol.value}; ${many(protocol.contrast.length, 'device')} connected since by other protocols.`
        : 'No device of the site is known to have connected since, while existing connections hold.',
      proofs > 0 && `${many(proofs, 'other site')} of the hub connected since.`,
    ],
    against: [
      stayedConnected > 0 && `${many(stayedConnected, 'device')} of the site connected after the loss.`,
      proofs === 0 && 'No other site is known to have connected since.',
    ],
  });
}

/** Left at the end of its token, is not back, and has not knocked. */
function isStuck({ ending, renewalTimed, backAtMs, knocks }: DeviceStory, together: boolean): boolean {
  if (backAtMs !== null || knocks !== null) return false;
  return ending === 'renewal' || (!together && renewalTimed && (ending === 'lost' || ending === 'orderly'));
}

function exactly(shared: Shared | null): Shared | null {
  return shared && shared.exceptions.length + shared.leftovers.length === 0 ? shared : null;
}

/** Devices that came back by another protocol. */
export function switchedProtocol({ facts: { stories } }: LossPattern): Explanation | null {
  const switched = stories.filter(
    ({ protocol, rows, backAtMs }) =>
      backAtMs !== null && protocol !== '' && (rows.at(-1)?.protocol ?? protocol) !== protocol,
  );
  if (switched.length < thresholds.several || switched.length < thresholds.leads * stories.length)
    return null;
  const [first] = switched;
  return explanation({
    cause: 'networkPolicy',
    cost: priors.switchedProtocol,
    atMost: 'medium',
    devices: switched.map(({ key }) => key),
    for: [
      `${ofAll(switched.length, stories.length)} lost ${first!.protocol} and came back by ${first!.rows.at(-1)!.protocol}.`,
    ],
  });
}
