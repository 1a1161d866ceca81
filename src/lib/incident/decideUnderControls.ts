import type { Policy } from '../policy/policy.ts';
import { type Decision, decide, isOfAcknowledgement, type Say, type Sight } from './decide.ts';
import { beginsAnew, knownFrom } from './difference.ts';
import type { Held, Incident, Told } from './incident.ts';
import type { Reason } from './reasons.ts';
import type { Recipient } from './recipients.ts';
import { isInTrouble } from './tally.ts';

/** One receiver of an incident, as the controls have it and as if there were none. */
export type UnderControls = {
  readonly seen: Pick<Sight, 'incident' | 'recipient'>;
  readonly free: Pick<Sight, 'incident' | 'recipient'>;
  readonly hearsAcknowledgements: boolean;
  readonly told: Told | null;
  readonly policy: Policy;
  readonly diagnosisKey: string | null;
  readonly nowMs: number;
  /** Whether a silence or window, its grace included, still runs at this place. */
  readonly runs: (control: Pick<Held, 'why' | 'control'>) => boolean;
};

export type ControlledDecision = {
  readonly decision: Decision;
  /** What is held back from now on; undefined: nothing. The same object while it is as it was. */
  readonly held: Held | undefined;
  /** A reminder is due, and passed because of a control. */
  readonly reminderPassed: boolean;
  /** When something would be said without controls, or may be said again; null: never. */
  readonly nextAtMs: number | null;
};

/**
 * What a receiver should hear, and what a control keeps from it. It is decided twice: as the controls have it, and as if
 * there were none. What the second would say by now and the first does not is held. Once a control lets go of it, it is
 * said at once and with the reason of what held it last; it counts as held until it is told or over.
 */
export function decideUnderControls(under: UnderControls): ControlledDecision {
  const { told, policy, diagnosisKey, nowMs, hearsAcknowledgements } = under;
  const { incident, recipient } = under.seen;
  const mute = (recipient ?? under.free.recipient)?.mute ?? null;
  const before = told?.held;
  const seen = decide(
    { ...under.seen, hides: mute === null ? 'quiet' : 'everything', hearsAcknowledgements },
    told,
    policy,
    diagnosisKey,
  );
  const anyQuiet = under.free.incident !== incident;
  if (!anyQuiet && mute === null && before === undefined) return only(seen);
  const hidden = hiddenFrom(incident, told, mute);
  if (!hidden.any && before === undefined) return only(seen);
  const free = decide({ ...under.free, hides: 'nothing', hearsAcknowledgements }, told, policy, diagnosisKey);
  const because = seen.kind === 'nothing' && hidden.by ? hidden.by.why : null;
  const decision: Decision =
    because === null || free.kind === 'nothing' ? seen : { kind: 'nothing', because };
  if (free.kind === 'nothing') return only(decision);
  // It is said before all else, and what else is held stays so.
  if (saysOfAcknowledgement(free) || saysOfAcknowledgement(decision))
    return { ...only(decision), held: before };
  if (free.notice === 'reminder' && seen.kind === 'nothing' && hidden.any) {
    const passed = free.atMs <= nowMs;
    const nextAtMs = passed
      ? nowMs + (under.free.recipient?.remindEveryMs ?? policy.remindEveryMs)
      : free.atMs;
    return { ...only(decision), reminderPassed: passed, nextAtMs };
  }
  if (!begins(free)) return only(decision);
  const holds = before !== undefined && (before.why === 'muteTime' ? mute !== null : under.runs(before));
  if (before && !holds && seen.kind === 'say' && begins(seen) && !isToldSince(told, before)) {
    // A step that is still to come has not been held.
    const fromMs = Math.max(nowMs, under.seen.recipient?.fromMs ?? 0);
    const said: Say = {
      ...seen,
      reason: reasonAfter(before, seen.reason),
      atMs: Math.min(seen.atMs, fromMs),
    };
    return { ...only(said), held: before.letGoAtMs === undefined ? { ...before, letGoAtMs: nowMs } : before };
  }
  const saysLess = hidden.news || seen.kind === 'nothing' || seen.reason !== free.reason;
  if (hidden.by === null || !saysLess) return only(decision);
  if (before === undefined && free.atMs > nowMs) return { ...only(decision), nextAtMs: free.atMs };
  const held = heldOf(hidden.by, before, free, hidden.news, nowMs);
  return { ...only(decision), held, nextAtMs: held.untilMs };
}

function saysOfAcknowledgement(decision: Decision): boolean {
  return decision.kind === 'say' && isOfAcknowledgement(decision.reason);
}

function only(decision: Decision): ControlledDecision {
  return { decision, held: undefined, reminderPassed: false, nextAtMs: null };
}

/** Whether a notice says that something has begun. */
function begins({ notice, reason }: Say): boolean {
  if (notice === 'opening') return true;
  return notice === 'update' && reason !== 'partlyRecovered' && reason !== 'noLongerFollowed';
}

/** A notice that went out since the control let go has told what was held. */
function isToldSince(told: Told | null, { letGoAtMs }: Held): boolean {
  return letGoAtMs !== undefined && (told?.lastNoticeAtMs ?? 0) >= letGoAtMs;
}

/** A step stays a step, and a cause a cause; after a mute time everything is told as it would have been. */
function reasonAfter({ why }: Held, reason: Reason): Reason {
  if (why === 'muteTime' || reason === 'escalated' || reason === 'diagnosisArrived') return reason;
  return why === 'silence' ? 'silenceEnded' : 'didNotReturn';
}

function heldOf(by: HiddenBy, before: Held | undefined, free: Say, news: boolean, nowMs: number): Held {
  const { why, control, untilMs } = by;
  const reason =
    free.reason === 'diagnosisArrived' && free.notice === 'update' && news ? 'outageGrew' : free.reason;
  const sinceMs = before?.sinceMs ?? nowMs;
  const same =
    before?.why === why &&
    before.control === control &&
    before.untilMs === untilMs &&
    before.letGoAtMs === undefined &&
    before.reason === reason;
  return same ? before : { why, control, reason, sinceMs, untilMs };
}

type HiddenBy = Pick<Held, 'why' | 'control' | 'untilMs'>;

/** What controls hide from one receiver. */
type Hidden = {
  /** Some of the trouble. */
  readonly any: boolean;
  /** Some that it was not told of. */
  readonly news: boolean;
  /** What first lets go of such news; without any, of trouble that is hidden altogether. null: something is in sight. */
  readonly by: HiddenBy | null;
};

function hiddenFrom({ members }: Incident, told: Told | null, mute: Recipient['mute']): Hidden {
  const known = knownFrom(told?.facts ?? null);
  const muted: HiddenBy | null = mute && {
    why: 'muteTime',
    control: `routes[${mute.route}]`,
    untilMs: mute.untilMs,
  };
  let [news, other]: [HiddenBy | null, HiddenBy | null] = [null, null];
  let inSight = false;
  for (const [key, member] of members) {
    if (!isInTrouble(member)) continue;
    const by = later(member.quiet ?? null, muted);
    if (by === null) {
      inSight = true;
      continue;
    }
    if (beginsAnew(key, member, known)) news = sooner(news, by);
    else other = sooner(other, by);
  }
  return {
    any: news !== null || other !== null,
    news: news !== null,
    by: news ?? (inSight ? null : other),
  };
}

function later(a: HiddenBy | null, b: HiddenBy | null): HiddenBy | null {
  if (a === null || b === null) return a ?? b;
  return b.untilMs > a.untilMs ? b : a;
}

function sooner(a: HiddenBy | null, b: HiddenBy): HiddenBy {
  return a !== null && a.untilMs <= b.untilMs ? a : b;
}
