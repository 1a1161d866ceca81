import type { Policy } from '../policy/policy.ts';
import { acknowledgementKey } from './acknowledgement.ts';
import { differenceFrom } from './difference.ts';
import type { Incident, Member, NoticeKind, Told, ToldFacts } from './incident.ts';
import { openAt } from './quietMembers.ts';
import { isWorse } from './rank.ts';
import type { Reason } from './reasons.ts';
import type { Recipient } from './recipients.ts';
import { isInTrouble, tallyOf } from './tally.ts';

/** What a decision about one receiver looks at. */
export type Sight = {
  readonly incident: Incident;
  /** null: nothing leads to this receiver, nor would if the incident stood otherwise. */
  readonly recipient: Recipient | null;
  /** Of which members nothing begins: of none, of those that are quiet, or, for a receiver that is mute, of any. */
  readonly hides: 'nothing' | 'quiet' | 'everything';
  /** An acknowledgement is told in a notice of its own. */
  readonly hearsAcknowledgements: boolean;
};

/** What a receiver should hear about an incident now. */
export type Decision =
  | {
      readonly kind: 'say';
      readonly notice: NoticeKind;
      readonly reason: Reason;
      /** From when it may be said: `groupWait` and `groupInterval` are in it. */
      readonly atMs: number;
      /** `ends`: what has begun and was not told before is left out, and is told by another notice. */
      readonly tells: 'everything' | 'ends';
    }
  | { readonly kind: 'nothing'; readonly because: SilentReason };

export type Say = Extract<Decision, { kind: 'say' }>;

export type SilentReason =
  | 'notRouted'
  | 'everyDeviceIsComingBack'
  | 'overBeforeItWasTold'
  | 'nothingNew'
  | 'closed'
  | 'failedForGood'
  /** By a control: it begins nothing now. */
  | 'silence'
  | 'maintenance'
  | 'muteTime'
  | 'acknowledged';

const nothing = (because: SilentReason): Decision => ({ kind: 'nothing', because });

/**
 * Compares what is true with what a receiver was told; the difference is what to say. It knows nothing of how the
 * present came about, so lost, late and repeated messages cannot mislead it. What begins is said only of what the sight
 * does not hide; what ends is always said.
 *
 * @param told what the receiver knows; null: nothing was ever sent to it
 * @param diagnosisKey of the diagnosis as it is known now, or null when nothing usable is known
 */
export function decide(
  sight: Sight,
  told: Told | null,
  policy: Policy,
  diagnosisKey: string | null,
): Decision {
  const { incident, recipient } = sight;
  if (told?.status === 'closed') return nothing('closed');
  if (told?.status !== 'told') return decideOpening(sight, told, policy);
  if (incident.status === 'resolved') return final(endOf(incident));
  if (recipient === null) return final('noLongerFollowed');
  return decideUpdate(sight, recipient, told, policy, diagnosisKey);
}

function final(reason: Reason): Say {
  return { kind: 'say', notice: 'final', reason, atMs: 0, tells: 'everything' };
}

/** How an incident ended. */
function endOf(incident: Incident): Reason {
  const { back, calmed } = tallyOf(incident.members);
  if (back === 0) return 'noLongerFollowed';
  return back === calmed ? 'flappingEnded' : 'recovered';
}

/** Whether a member's trouble is hidden from a receiver that was not told of it. */
export function isHidden({ quiet }: Member, hides: Sight['hides']): boolean {
  return hides === 'everything' || (hides === 'quiet' && quiet !== undefined);
}

/** What of the trouble may begin to be told. */
function troubleIn({ incident, hides }: Sight) {
  const seen = { down: 0, recovering: 0, flapping: 0, hidden: 0 };
  for (const member of incident.members.values()) {
    if (!isInTrouble(member)) continue;
    if (isHidden(member, hides)) {
      seen.hidden += 1;
      continue;
    }
    if (member.state === 'flapping') {
      seen.flapping += 1;
      continue;
    }
    seen.down += 1;
    if (member.recovering) seen.recovering += 1;
  }
  return seen;
}

function decideOpening(sight: Sight, told: Told | null, policy: Policy): Decision {
  const { incident, recipient, hides } = sight;
  if (incident.status === 'resolved') {
    if (recipient?.tells !== 'end' || told?.facts) return nothing('overBeforeItWasTold');
    return final(endOf(incident));
  }
  if (recipient === null || recipient.why === 'toldBefore') return nothing('notRouted');
  const { down, recovering, flapping } = troubleIn(sight);
  if (flapping === 0 && down === recovering) return nothing('everyDeviceIsComingBack');
  if (recipient.why === 'escalation' && isAcknowledged(incident)) return nothing('acknowledged');
  const begins = (reason: Reason, atMs: number): Say => {
    return { kind: 'say', notice: 'opening', reason, atMs, tells: 'everything' };
  };
  const openAtMs = Math.max(openAt(incident, policy), recipient.fromMs);
  if (told?.facts) {
    // It failed for good once: only a new fact is worth another try.
    if (isWorse(incident.severity, told.facts.severity)) return begins('severityRose', openAtMs);
    const news = differenceFrom(incident, told.facts, (member) => isHidden(member, hides));
    if (news === null) return nothing('failedForGood');
    return begins(news, Math.max(openAtMs, (told.lastNoticeAtMs ?? 0) + policy.groupIntervalMs));
  }
  if (recipient.why !== 'route') return begins('escalated', openAtMs);
  if (recipient.since === 'severity') return begins('severityRose', openAtMs);
  if (recipient.since === 'cause') return begins('diagnosisArrived', openAtMs);
  return begins(down > 0 ? 'outageBegan' : 'flappingBegan', openAtMs);
}

function decideUpdate(
  sight: Sight,
  { remindEveryMs }: Recipient,
  told: Told,
  policy: Policy,
  diagnosisKey: string | null,
): Decision {
  const { incident, hides } = sight;
  const { facts } = told;
  if (facts === null) return nothing('nothingNew');
  const says = (reason: Reason, atMs: number, notice: NoticeKind = 'update'): Say => {
    const tells = hides === 'everything' || isOfAcknowledgement(reason) ? 'ends' : 'everything';
    return { kind: 'say', notice, reason, atMs, tells };
  };
  const lastMs = told.lastNoticeAtMs ?? 0;
  const news = differenceFrom(incident, facts, (member) => isHidden(member, hides));
  const { down, recovering, flapping, hidden } = troubleIn(sight);
  const inSight = hides !== 'everything' && (hidden === 0 || down + flapping > 0);
  if (inSight && isWorse(incident.severity, facts.severity)) {
    const calmedDown = news === 'flappingEnded' && facts.down.length === 0;
    return says(calmedDown ? news : 'severityRose', 0);
  }
  const acknowledgement = acknowledgementNews(sight, facts);
  if (acknowledgement !== null) return says(acknowledgement, 0);
  if (inSight && diagnosisKey !== null && diagnosisKey !== facts.diagnosisKey)
    return says('diagnosisArrived', 0);
  if (news !== null) return says(news, lastMs + policy.groupIntervalMs);
  if (down === recovering) return nothing('nothingNew');
  if (isAcknowledged(incident)) return nothing('acknowledged');
  return says('reminder', Math.max(lastMs, told.remindersFromMs ?? 0) + remindEveryMs, 'reminder');
}

function isAcknowledged({ acknowledged }: Incident): boolean {
  return acknowledged !== undefined && acknowledged.ended === undefined;
}

export function isOfAcknowledgement(reason: Reason): boolean {
  return reason === 'acknowledged' || reason === 'acknowledgementEnded';
}

/** What a receiver has not heard of the acknowledgement. A rise in severity, which ends it, is told as that. */
function acknowledgementNews(
  { incident, hides, hearsAcknowledgements }: Sight,
  facts: ToldFacts,
): Reason | null {
  const { acknowledged } = incident;
  if (acknowledged === undefined || acknowledgementKey(acknowledged) === facts.acknowledgement) return null;
  if (acknowledged.ended === undefined) return hearsAcknowledgements ? 'acknowledged' : null;
  if (acknowledged.ended.why === 'severityRose') return null;
  const known = new Set([...facts.down, ...facts.flapping]);
  for (const [key, member] of incident.members) {
    const lasts = isInTrouble(member) && !(member.state === 'down' && member.recovering);
    if (lasts && (known.has(key) || !isHidden(member, hides))) return 'acknowledgementEnded';
  }
  return null;
}
