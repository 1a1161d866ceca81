import type { Cause, Confidence } from './diagnosis.ts';
import { confidences } from './diagnosis.ts';
import { clientVersion, newConnections, port, switchedProtocol } from './explanations/clients.ts';
import { identityClash, plannedStop, routine } from './explanations/endings.ts';
import { type Explain, type Explanation, explanation, ofAll } from './explanations/explanation.ts';
import { type LossPattern, lossPatternOf } from './explanations/lossPattern.ts';
import {
  device,
  everythingFell,
  faultsElsewhere,
  noPattern,
  serviceSlice,
  serviceWorkElsewhere,
  sisterModules,
} from './explanations/others.ts';
import { gateway, provider, sharedAddress, siteUplink } from './explanations/places.ts';
import {
  administrative,
  answered,
  clientFaults,
  credentials,
  movedToAnotherHub,
  quota,
  suspended,
  throttling,
} from './explanations/refusals.ts';
import { serviceFaults } from './explanations/service.ts';
import { type Facts, factsOf } from './stories/facts.ts';
import type { Observations } from './stories/observations.ts';
import { thresholds } from './thresholds.ts';

/** A cause with its confidence, in words for the reader. */
export type Verdict = Pick<Explanation, 'cause' | 'devices' | 'evidence' | 'codes'> & {
  readonly confidence: Confidence;
};

/** The cause that explains the loss of most devices, and further causes of the same incident. */
export type Judgement = { readonly lead: Verdict; readonly also: readonly Verdict[] };

/** What the rows say by themselves. Between equals the earlier leads: what the hub says of itself comes first. */
const voices: readonly Explain[] = [
  movedToAnotherHub,
  serviceFaults,
  quota,
  administrative,
  throttling,
  credentials,
  clientFaults,
  identityClash,
  routine,
  plannedStop,
  answered,
];

/** What the shape of a loss may mean; the cheapest wins, between equals the earlier. */
const patterns: readonly ((pattern: LossPattern) => Explanation | null)[] = [
  everythingFell,
  siteUplink,
  provider,
  sharedAddress,
  port,
  newConnections,
  switchedProtocol,
  clientVersion,
  sisterModules,
  gateway,
  serviceSlice,
  serviceWorkElsewhere,
  faultsElsewhere,
  device,
  noPattern,
];

/** Causes of a loss that a place has; devices that are refused now may have been lost by them before. */
const ofPlaces: ReadonlySet<Cause> = new Set(['siteUplink', 'provider', 'gateway']);

/** A few such devices among others are no second cause: they say nothing that a person could act on. */
const minor: ReadonlySet<Cause> = new Set(['routine', 'plannedStop', 'unknown']);

/**
 * The likely causes of what was observed, how sure they are, and the evidence for and against
 * (docs/diagnosis.md#how-a-cause-is-found).
 */
export function classify(observed: Observations): Judgement {
  return judge(factsOf(observed));
}

/**
 * Every device is explained by what its own rows say or, where they say nothing, by the shape of the loss. The cause that
 * explains most leads. A shape is found by comparison: each cause is charged for what it assumes and for what
 * contradicts it, the cheapest wins, and its lead over the next is the confidence (docs/decisions).
 */
export function judge(facts: Facts): Judgement {
  const whole = suspended(facts);
  if (whole) return { lead: verdictOf(whole, whole.atMost), also: [] };

  const heard = voices.flatMap((voice) => voice(facts) ?? []);
  const speaking = withoutOverlaps(heard);
  const shape = shapeOf(facts);
  const total = facts.stories.length;
  const covered = new Set(speaking.flatMap(({ devices }) => devices));
  const quiet = facts.stories.filter(({ key }) => !covered.has(key));
  const [first, second] = [...speaking].sort((a, b) => weightOf(b, facts) - weightOf(a, facts));
  if (!first) return { lead: shape, also: [] };

  const share = weightOf(first, facts) / total;
  const shapeShare = quiet.length / total;
  const ownLoss = hadOwnLoss(first, facts) ? lossBefore(facts) : null;
  const shapeLeads =
    quiet.length > 0 &&
    (shapeShare > share ||
      (ofPlaces.has(shape.cause) &&
        facts.siteShare >= thresholds.wholeSite &&
        shapeShare >= 1 - thresholds.leads));
  const also = (lead: Verdict): Verdict[] => {
    const others = [
      ...speaking.map((each) => verdictOf(each, capped(each.atMost, 'medium'))),
      ...((ownLoss ?? (shapeShare >= 1 - thresholds.leads ? shape : null))
        ? [further(ownLoss ?? shape)]
        : []),
    ];
    return others.filter(
      ({ cause, devices }) => cause !== lead.cause && isWorthTelling(cause, devices.length, total),
    );
  };

  if (shapeLeads) {
    const lead =
      shapeShare < thresholds.leads ? { ...shape, confidence: capped(shape.confidence, 'medium') } : shape;
    return { lead, also: also(lead) };
  }
  // Nobody knocks any more: their clients gave up, or the site is gone again.
  const silent = first.devices.length >= thresholds.several && isStale(first, facts) && ownLoss !== null;
  const rival = Math.max(shapeShare, second ? weightOf(second, facts) / total : 0);
  if (silent || (total > 1 && share <= thresholds.rival.leader && rival >= thresholds.rival.second * share)) {
    const lead = verdictOf(contradiction(speaking, quiet.length, facts), 'low');
    return { lead, also: also(lead) };
  }
  const lead = verdictOf(first, share >= thresholds.leads ? first.atMost : capped(first.atMost, 'medium'));
  return { lead: withRest(lead, quiet.length, facts), also: also(lead) };
}

/** A device belongs to the first voice that names it. */
function withoutOverlaps(heard: readonly Explanation[]): Explanation[] {
  const taken = new Set<string>();
  return heard.flatMap((each) => {
    const devices = each.devices.filter((key) => !taken.has(key));
    for (const key of devices) taken.add(key);
    return devices.length > 0 ? [{ ...each, devices }] : [];
  });
}

/** Devices, those whose refusals nobody repeats for less. */
function weightOf({ devices }: Explanation, { stories }: Facts): number {
  const stale = new Set(
    stories.filter(({ knocks, backAtMs }) => knocks?.stale && backAtMs === null).map(({ key }) => key),
  );
  return devices.reduce((sum, key) => sum + (stale.has(key) ? thresholds.staleWeight : 1), 0);
}

function isStale({ devices }: Explanation, { stories }: Facts): boolean {
  const own = stories.filter(({ key }) => devices.includes(key));
  return own.every(({ knocks, backAtMs }) => knocks?.stale === true && backAtMs === null);
}

function further(verdict: Verdict): Verdict {
  return { ...verdict, confidence: capped(verdict.confidence, 'medium') };
}

/** What took the devices away before they were refused, judged by all that fell then, also those that are back. */
function lossBefore(facts: Facts): Verdict | null {
  const pattern = lossPatternOf(facts, true);
  const [best] = [siteUplink, provider, gateway]
    .flatMap((explain) => explain(pattern) ?? [])
    .sort((a, b) => a.cost - b.cost);
  return best && best.cost < thresholds.priors.unknown
    ? verdictOf(best, capped(best.atMost, 'medium'))
    : null;
}

/** The best explanation of the shape, and how far it leads before another cause. */
function shapeOf(facts: Facts): Verdict {
  const pattern = lossPatternOf(facts);
  const found = patterns.flatMap((explain) => explain(pattern) ?? []).sort((a, b) => a.cost - b.cost);
  const best = found[0]!;
  const next = found.find(({ cause }) => cause !== best.cause);
  const margin = next ? next.cost - best.cost : Number.POSITIVE_INFINITY;
  const { high, medium } = thresholds.margins;
  const carried: Confidence = margin >= high ? 'high' : margin >= medium ? 'medium' : 'low';
  return verdictOf(best, capped(best.atMost, carried));
}

/** The devices of a voice were lost together, minutes before the first of them was refused. */
function hadOwnLoss({ devices }: Explanation, { stories }: Facts): boolean {
  const own = stories.filter(({ key }) => devices.includes(key));
  const gaps = own.flatMap(({ knocks, goneAtMs, brokeOff }) =>
    knocks && goneAtMs !== null && brokeOff ? [knocks.firstMs - goneAtMs] : [],
  );
  return (
    gaps.length >= 2 &&
    gaps.length >= thresholds.leads * own.length &&
    Math.min(...gaps) >= thresholds.ownLossMs
  );
}

function isWorthTelling(cause: Cause, devices: number, total: number): boolean {
  if (cause === 'unknown') return false;
  return minor.has(cause)
    ? devices >= 2 && devices >= thresholds.minorShare * total
    : devices >= thresholds.alsoShare * total;
}

const says: Partial<Record<Cause, string>> = {
  administrative: 'refused by the registry or for the state of the hub',
  credentials: 'refused for their credentials',
  cloud: 'had a service fault',
  throttling: 'met a limit of the hub',
  quota: 'met the quota of the hub',
  deviceSoftware: 'sent what the hub cannot use',
  identityClash: 'closed by another client of the same identity',
  plannedStop: 'disconnected cleanly',
  routine: 'came back as after a token renewal',
  unknown: 'got an answer that names no cause',
};

/** Facts of which each would name another cause. */
function contradiction(speaking: readonly Explanation[], quiet: number, { stories }: Facts): Explanation {
  const total = stories.length;
  const groups = [
    ...speaking.map(({ cause, devices }) => ({ devices: devices.length, what: says[cause] ?? cause })),
    ...(quiet > 0 ? [{ devices: quiet, what: 'dropped without any reason given' }] : []),
  ].sort((a, b) => b.devices - a.devices);
  return explanation({
    cause: 'unknown',
    cost: 0,
    atMost: 'low',
    devices: [],
    for: [],
    against: [
      'The devices report different causes:',
      ...groups.map(({ devices, what }) => `${ofAll(devices, total)}: ${what}.`),
    ],
  });
}

function withRest(lead: Verdict, quiet: number, { stories }: Facts): Verdict {
  const rest = quiet > 0 && `The logs give no such reason for ${ofAll(quiet, stories.length)}.`;
  if (!rest) return lead;
  return { ...lead, evidence: { ...lead.evidence, against: [...lead.evidence.against, rest] } };
}

function verdictOf({ cause, devices, evidence, codes }: Explanation, confidence: Confidence): Verdict {
  return { cause, confidence, devices, evidence, codes };
}

function capped(confidence: Confidence, atMost: Confidence): Confidence {
  return confidences[Math.min(confidences.indexOf(confidence), confidences.indexOf(atMost))]!;
}
