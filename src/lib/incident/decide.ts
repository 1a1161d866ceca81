import type { Policy } from '../policy/policy.ts';
import type { FallbackRecipient, Incident, Member, NoticeKind, Told, ToldFacts } from './incident.ts';
import { isWorse } from './observe.ts';
import type { Reason } from './reasons.ts';
import { tallyOf } from './tally.ts';

/** How the routes stand to a receiver at this moment. */
export type Routing = {
  /** A route matches, at the incident's present severity. */
  readonly matched: boolean;
  /** A route would match at some severity: the receiver is not cut off. */
  readonly reachable: boolean;
  /** A route matched at the severity that the incident had after `groupWait`. */
  readonly matchedAtFirst: boolean;
  /** It stands in for a receiver that could not be told: of the outage, or of its end alone; null: it does not. */
  readonly fallback: FallbackRecipient['tells'] | null;
};

/** What a receiver should hear about an incident now. */
export type Decision =
  | {
      readonly kind: 'say';
      readonly notice: NoticeKind;
      readonly reason: Reason;
      /** From when it may be said: `groupWait` and `groupInterval` are in it. */
      readonly atMs: number;
    }
  | { readonly kind: 'nothing'; readonly because: SilentReason };

export type SilentReason =
  | 'notRouted'
  | 'everyDeviceIsComingBack'
  | 'overBeforeItWasTold'
  | 'nothingNew'
  | 'closed'
  | 'failedForGood';

const nothing = (because: SilentReason): Decision => ({ kind: 'nothing', because });

/**
 * Compares what is true with what a receiver was told; the difference is what to say. It knows nothing of how the
 * present came about, so lost, late and repeated messages cannot mislead it.
 *
 * @param told what the receiver knows; null: nothing was ever sent to it
 * @param diagnosisKey of the diagnosis as it is known now, or null when nothing usable is known
 */
export function decide(
  incident: Incident,
  told: Told | null,
  routing: Routing,
  policy: Policy,
  diagnosisKey: string | null,
): Decision {
  if (told?.status === 'closed') return nothing('closed');
  if (told?.status === 'told') {
    if (incident.status === 'resolved') {
      return { kind: 'say', notice: 'final', reason: endOf(incident), atMs: 0 };
    }
    if (!routing.reachable && routing.fallback === null) {
      return { kind: 'say', notice: 'final', reason: 'noLongerFollowed', atMs: 0 };
    }
    return decideUpdate(incident, told, policy, diagnosisKey);
  }
  return decideOpening(incident, told, routing, policy);
}

/** How an incident ended. */
function endOf(incident: Incident): Reason {
  const { back, calmed } = tallyOf(incident.members);
  if (back === 0) return 'noLongerFollowed';
  return back === calmed ? 'flappingEnded' : 'recovered';
}

function decideOpening(incident: Incident, told: Told | null, routing: Routing, policy: Policy): Decision {
  if (incident.status === 'resolved') {
    if (routing.fallback !== 'end' || told?.facts) return nothing('overBeforeItWasTold');
    return { kind: 'say', notice: 'final', reason: endOf(incident), atMs: 0 };
  }
  if (!routing.matched && routing.fallback === null) return nothing('notRouted');
  const { down, recovering, flapping } = tallyOf(incident.members);
  if (flapping === 0 && down === recovering) return nothing('everyDeviceIsComingBack');
  const openAtMs = incident.openedAtMs + policy.groupWaitMs;
  if (told?.facts) {
    // It failed for good once: only a new fact is worth another try.
    if (isWorse(incident.severity, told.facts.severity)) {
      return { kind: 'say', notice: 'opening', reason: 'severityRose', atMs: openAtMs };
    }
    const news = difference(incident, told.facts);
    if (news === null) return nothing('failedForGood');
    const atMs = Math.max(openAtMs, (told.lastNoticeAtMs ?? 0) + policy.groupIntervalMs);
    return { kind: 'say', notice: 'opening', reason: news, atMs };
  }
  if (!routing.matched) {
    return { kind: 'say', notice: 'opening', reason: 'escalated', atMs: openAtMs };
  }
  const rose = incident.firstSeverity !== null && isWorse(incident.severity, incident.firstSeverity);
  if (rose && !routing.matchedAtFirst) {
    return { kind: 'say', notice: 'opening', reason: 'severityRose', atMs: openAtMs };
  }
  return {
    kind: 'say',
    notice: 'opening',
    reason: down > 0 ? 'outageBegan' : 'flappingBegan',
    atMs: openAtMs,
  };
}

function decideUpdate(incident: Incident, told: Told, policy: Policy, diagnosisKey: string | null): Decision {
  const facts = told.facts;
  if (facts === null) return nothing('nothingNew');
  const lastMs = told.lastNoticeAtMs ?? 0;
  const news = difference(incident, facts);
  if (isWorse(incident.severity, facts.severity)) {
    const calmedDown = news === 'flappingEnded' && facts.down.length === 0;
    return { kind: 'say', notice: 'update', reason: calmedDown ? news : 'severityRose', atMs: 0 };
  }
  if (diagnosisKey !== null && diagnosisKey !== facts.diagnosisKey) {
    return { kind: 'say', notice: 'update', reason: 'diagnosisArrived', atMs: 0 };
  }
  if (news !== null) {
    return { kind: 'say', notice: 'update', reason: news, atMs: lastMs + policy.groupIntervalMs };
  }
  const { down, recovering } = tallyOf(incident.members);
  if (down > recovering) {
    return { kind: 'say', notice: 'reminder', reason: 'reminder', atMs: lastMs + policy.remindEveryMs };
  }
  return nothing('nothingNew');
}

/** From the weightiest to the lightest. */
const differences = [
  'outageGrew',
  'flappingBegan',
  'flappingEnded',
  'partlyRecovered',
  'noLongerFollowed',
] as const satisfies readonly Reason[];

/** The weightiest difference between an open incident and what was told of it, or null. */
function difference(incident: Incident, facts: ToldFacts): Reason | null {
  const toldDown = new Set(facts.down);
  const toldFlapping = new Set(facts.flapping);
  const unsure = new Set(facts.unsure);
  let weightiest: number = differences.length;
  for (const [key, member] of incident.members) {
    const reason = differenceOf(member, toldDown.has(key), toldFlapping.has(key), unsure.has(key));
    if (reason !== null) weightiest = Math.min(weightiest, differences.indexOf(reason));
    if (weightiest === 0) break;
  }
  return differences[weightiest] ?? null;
}

/** What is new about one member for a receiver that was told it is down, or that it flaps. */
function differenceOf(
  { state, recovering }: Member,
  toldDown: boolean,
  toldFlapping: boolean,
  unsure: boolean,
): (typeof differences)[number] | null {
  const told = (toldDown || toldFlapping) && !unsure;
  if (state === 'down' && !recovering && !told) return 'outageGrew';
  if (state === 'flapping') return toldFlapping && !unsure ? null : 'flappingBegan';
  if (state === 'gone') return toldDown || toldFlapping ? 'noLongerFollowed' : null;
  if (toldFlapping) return 'flappingEnded';
  return state === 'back' && toldDown ? 'partlyRecovered' : null;
}
