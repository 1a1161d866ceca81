import type { Decision, Say } from './decide.ts';
import type { ControlledDecision } from './decideUnderControls.ts';
import { decisionsOf } from './decisions.ts';
import { fallbackDueAt, withFallbacks } from './fallbacks.ts';
import { heldEntry } from './heldInWords.ts';
import { noticeIdOf } from './ids.ts';
import type { Incident, Notice, Told } from './incident.ts';
import { abandon } from './ledger.ts';
import { earlier } from './observe.ts';
import { standingOf } from './pendingNotice.ts';
import type { RecipientsAt } from './recipients.ts';
import type { TimelineEntry } from './timeline.ts';

/** One incident as it is now, and what was told of it. */
export type IncidentAt = RecipientsAt & {
  /** Pending ones of this incident. */
  readonly notices: readonly Notice[];
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
  /** A route waits for the cause, and no notice that is on its way asks for it. */
  readonly wantsCause: boolean;
  /** What was held back from somebody, and what is let go. */
  readonly entries: readonly TimelineEntry[];
  /** It is over, and everybody has been told. */
  readonly settled: boolean;
  readonly nextAtMs: number | null;
  /** When to see whether the messages of notices were lost; null: none is on its way. */
  readonly checkAtMs: number | null;
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
  /** When to see whether the message of a notice that is on its way was lost. */
  readonly checkAtMs?: number;
};

/** For each receiver of an incident: finish a notice that has lost its point, then decide what to say. */
export function decideForReceivers(at: IncidentAt): ReceiversDecision {
  const incident = withFallbacks(at.rules, at.incident, at.told, at.nowMs);
  const now: IncidentAt = { ...at, incident };
  const decisions = decisionsOf(now);
  const decided = {
    told: [] as Told[],
    notices: [] as Notice[],
    dropped: [] as Notice[],
    overdue: [] as Notice[],
    entries: [] as TimelineEntry[],
  };
  let nextAtMs: number | null = null;
  let checkAtMs: number | null = null;
  let owed = false;
  let hasNews = false;
  for (const receiver of decisions.receivers) {
    const before = at.told.find((entry) => entry.receiver === receiver) ?? null;
    const controlled = decisions.of(receiver);
    const { decision } = controlled;
    const part = partOf(now, receiver, before, decision);
    const entry = withHeld(part.entry, controlled, incident, receiver, at.nowMs);
    if (entry !== null && entry !== before) decided.told.push(entry);
    if (part.notice) decided.notices.push(part.notice);
    decided.dropped.push(...(part.dropped ?? []));
    if (part.overdue) decided.overdue.push(part.overdue);
    decided.entries.push(...heldEntry(before, controlled.held, receiver, at.rules.controls, at.nowMs));
    owed ||= part.owed;
    hasNews ||= decision.kind === 'say' && isNews(decision, at.nowMs);
    nextAtMs = earlier(earlier(nextAtMs, part.nextAtMs), controlled.nextAtMs);
    checkAtMs = earlier(checkAtMs, part.checkAtMs ?? null);
  }
  const wantsCause = decisions.waitsForCause && at.notices.length + decided.notices.length === 0;
  const settled = incident.status === 'resolved' && !owed;
  return { incident, ...decided, hasNews, wantsCause, settled, nextAtMs, checkAtMs };
}

/** Neither a reminder nor a step that is still to come. */
function isNews({ reason, atMs }: Say, nowMs: number): boolean {
  return reason !== 'reminder' && (reason !== 'escalated' || atMs <= nowMs);
}

/** The receiver's entry with what a control keeps from it. */
function withHeld(
  entry: Told | null,
  { held, reminderPassed }: ControlledDecision,
  incident: Incident,
  receiver: string,
  nowMs: number,
): Told | null {
  if (entry?.held === held && !reminderPassed) return entry;
  const { held: _held, ...known } = entry ?? blankTold(incident, receiver);
  return {
    ...known,
    ...(held ? { held } : {}),
    ...(reminderPassed ? { remindersFromMs: nowMs } : {}),
  };
}

function partOf(at: IncidentAt, receiver: string, before: Told | null, decision: Decision): Part {
  const { rules, incident, nowMs } = at;
  const pending = before && at.notices.find(({ noticeId }) => noticeId === before.pendingNoticeId);
  if (!before || !pending) return sayOrWait(at, receiver, before, decision);
  const standing = standingOf(pending, incident, decision, rules.receivers.has(receiver), nowMs);
  const fallbackAtMs = fallbackDueAt(rules, incident, at.told, before);
  if (standing.kind === 'stands' || pending.leasedUntilMs > nowMs) {
    const lookAgainMs = Math.max(pending.dueAtMs + at.overdueAfterMs, pending.leasedUntilMs);
    const checkAtMs = Math.max(lookAgainMs, nowMs + at.overdueAfterMs);
    const overdue = lookAgainMs <= nowMs ? { overdue: pending } : {};
    return { entry: before, owed: true, nextAtMs: fallbackAtMs, checkAtMs, ...overdue };
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
    nextAtMs: null,
    checkAtMs: nowMs + at.overdueAfterMs,
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
  decision: Say,
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
