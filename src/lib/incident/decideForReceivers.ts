import type { Site } from '../directory/placeOf.ts';
import type { Policy } from '../policy/policy.ts';
import type { Rules } from '../policy/rules.ts';
import { type Decision, decide } from './decide.ts';
import { answeredKeyOf } from './diagnosisSchedule.ts';
import { fallbackDueAt, withFallbacks } from './fallbacks.ts';
import { noticeIdOf } from './ids.ts';
import type { DiagnosisRecord, Incident, Notice, Told } from './incident.ts';
import { abandon } from './ledger.ts';
import { earlier } from './observe.ts';
import { standingOf } from './pendingNotice.ts';
import { routesOf } from './routesOf.ts';

/** One incident as it is now, and what was told of it. */
export type IncidentAt = {
  readonly rules: Rules;
  readonly hub: string;
  /** null: it is of the hub as a whole. */
  readonly site: Site | null;
  readonly policy: Policy;
  readonly nowMs: number;
  readonly incident: Incident;
  readonly told: readonly Told[];
  /** Pending ones of this incident. */
  readonly notices: readonly Notice[];
  readonly diagnosis: DiagnosisRecord | null;
  /** How long a pending notice may take before its message counts as lost. */
  readonly overdueAfterMs: number;
};

/** What the receivers of one incident are to hear. */
export type ReceiversDecision = {
  /** With the fallbacks that are due. */
  readonly incident: Incident;
  /** New or changed. */
  readonly told: readonly Told[];
  readonly notices: readonly Notice[];
  /** Pending ones that are no longer to be sent, finished with the reason. */
  readonly dropped: readonly Notice[];
  /** Pending notices whose message may be lost. */
  readonly overdue: readonly Notice[];
  /** Something new is told to somebody, now or as soon as `groupInterval` allows. */
  readonly hasNews: boolean;
  /** It is over, and everybody has been told. */
  readonly settled: boolean;
  readonly nextAtMs: number | null;
};

/** One receiver's part of the decision. */
type Part = {
  readonly entry: Told | null;
  readonly notice?: Notice;
  readonly dropped?: readonly Notice[];
  readonly overdue?: Notice;
  /** Something is still to be said, now or later. */
  readonly owed: boolean;
  readonly nextAtMs: number | null;
};

/** For each receiver of an incident: finish a notice that has lost its point, then decide what to say. */
export function decideForReceivers(at: IncidentAt): ReceiversDecision {
  const incident = withFallbacks(at.rules, at.incident, at.told, at.nowMs);
  const now: IncidentAt = { ...at, incident };
  const routes = routesOf(at.rules, at.hub, at.site, incident);
  const key = answeredKeyOf(at.diagnosis, incident);
  const receivers = new Set([
    ...routes.matched,
    ...incident.fallbacks.map(({ receiver }) => receiver),
    ...at.told.map(({ receiver }) => receiver),
  ]);
  const decided = {
    told: [] as Told[],
    notices: [] as Notice[],
    dropped: [] as Notice[],
    overdue: [] as Notice[],
  };
  let nextAtMs: number | null = null;
  let owed = false;
  let hasNews = false;
  for (const receiver of receivers) {
    const before = at.told.find((entry) => entry.receiver === receiver) ?? null;
    const decision = decide(incident, before, routes.of(receiver), at.policy, key);
    const part = partOf(now, receiver, before, decision);
    if (part.entry !== null && part.entry !== before) decided.told.push(part.entry);
    if (part.notice) decided.notices.push(part.notice);
    decided.dropped.push(...(part.dropped ?? []));
    if (part.overdue) decided.overdue.push(part.overdue);
    owed ||= part.owed;
    hasNews ||= decision.kind === 'say' && decision.reason !== 'reminder';
    nextAtMs = earlier(nextAtMs, part.nextAtMs);
  }
  return { incident, ...decided, hasNews, settled: incident.status === 'resolved' && !owed, nextAtMs };
}

function partOf(at: IncidentAt, receiver: string, before: Told | null, decision: Decision): Part {
  const { rules, incident, nowMs } = at;
  const pending = before && at.notices.find(({ noticeId }) => noticeId === before.pendingNoticeId);
  if (!before || !pending) return sayOrWait(at, receiver, before, decision);
  const standing = standingOf(pending, incident, decision, rules.receivers.has(receiver), nowMs);
  const fallbackAtMs = fallbackDueAt(rules, incident, at.told, before);
  if (standing.kind === 'stands' || pending.leasedUntilMs > nowMs) {
    const lookAgainMs = Math.max(pending.dueAtMs + at.overdueAfterMs, pending.leasedUntilMs);
    const nextAtMs = earlier(fallbackAtMs, Math.max(lookAgainMs, nowMs + at.overdueAfterMs));
    return { entry: before, owed: true, nextAtMs, ...(lookAgainMs <= nowMs ? { overdue: pending } : {}) };
  }
  const dropped: Notice = { ...pending, state: 'dropped', lastError: standing.because, finishedAtMs: nowMs };
  const free = abandon(before, pending);
  const next = sayOrWait(at, receiver, free, decision);
  // A delivery may have claimed the notice since: the drop is a change over the tag that was read, and only then may
  // the incident go to the history.
  const mayBeClaimed = incident.status === 'resolved';
  return {
    ...next,
    entry: next.entry ?? free,
    dropped: [dropped, ...(next.dropped ?? [])],
    owed: next.owed || mayBeClaimed,
    nextAtMs: earlier(earlier(next.nextAtMs, fallbackAtMs), mayBeClaimed ? nowMs : null),
  };
}

/** What is said to a receiver to which nothing is on its way. */
function sayOrWait(at: IncidentAt, receiver: string, entry: Told | null, decision: Decision): Part {
  const { rules, incident, nowMs } = at;
  if (decision.kind === 'nothing') return { entry, owed: false, nextAtMs: null };
  const count = (entry?.noticeCount ?? 0) + 1;
  const known = { ...blankTold(incident, receiver), ...entry, noticeCount: count };
  const notice = newNotice(incident, receiver, count, decision, nowMs);
  if (!rules.receivers.has(receiver)) {
    // Nobody can tell a receiver that the configuration no longer knows.
    const lastError = 'the receiver was removed from the configuration';
    const lost: Notice = { ...notice, state: 'dropped', lastError, finishedAtMs: nowMs };
    return { entry: { ...known, status: 'closed' }, dropped: [lost], owed: false, nextAtMs: null };
  }
  if (decision.atMs > nowMs) return { entry, owed: true, nextAtMs: decision.atMs };
  return {
    entry: { ...known, pendingNoticeId: notice.noticeId },
    notice,
    owed: true,
    nextAtMs: nowMs + at.overdueAfterMs,
  };
}

function blankTold(incident: Incident, receiver: string): Told {
  return {
    incidentId: incident.incidentId,
    receiver,
    status: 'untold',
    facts: null,
    lastNoticeAtMs: null,
    noticeCount: 0,
    pendingNoticeId: null,
    failingSinceMs: null,
    failedForGood: false,
  };
}

function newNotice(
  incident: Incident,
  receiver: string,
  count: number,
  decision: Extract<Decision, { kind: 'say' }>,
  nowMs: number,
): Notice {
  return {
    noticeId: noticeIdOf(incident, receiver, count),
    incidentId: incident.incidentId,
    receiver,
    kind: decision.notice,
    reason: decision.reason,
    state: 'pending',
    createdAtMs: nowMs,
    dueAtMs: nowMs,
    leasedUntilMs: 0,
    attempts: 0,
    lastError: null,
    possiblyDelivered: null,
    finishedAtMs: null,
  };
}
