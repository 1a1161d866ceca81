import type { ControlledDecision } from '../incident/decideUnderControls.ts';
import { decisionsOf } from '../incident/decisions.ts';
import type { Notice, Told } from '../incident/incident.ts';
import type { IncidentFile } from '../incident/incidentFile.ts';
import { type Recipient, type RecipientsAt, recipientsOf } from '../incident/recipients.ts';
import { doesEnd } from '../policy/muteTimes.ts';
import { isOf } from '../replay/subjects.ts';
import type { Code } from './explanation.ts';
import type { Moment } from './moment.ts';
import { whyNotRouted, wouldName } from './routes.ts';

/** Why one receiver was told of a device, or not, by one incident. Times are milliseconds. */
export type Reason = {
  readonly receiver: string;
  readonly code: Code;
  /** By which it was told; null: it was not. */
  readonly notice: Notice | null;
  /** What it waits for, where that has a time; null: it has none. */
  readonly untilMs: number | null;
  /** A silence, a window, a route, a receiver or an error; null: nothing more is to be said. */
  readonly detail: string | null;
};

/** The receivers of one incident: whoever was told, or a matching route, step or fallback names; and one that is asked for. */
export function reasonsIn(moment: Moment, at: RecipientsAt, asked: string | null): Reason[] {
  const decisions = decisionsOf(at);
  const { of } = recipientsOf(at);
  const file = fileOf(moment, at);
  const named = decisions.receivers.filter((receiver) => {
    const isStillNamed = of(receiver) !== null;
    return isStillNamed || at.told.some((one) => one.receiver === receiver && one.facts !== null);
  });
  const receivers = new Set([...named, ...(asked === null ? [] : [asked])]);
  return Array.from(receivers, (receiver) =>
    reasonOf(moment, at, file, receiver, of(receiver), decisions.of(receiver)),
  );
}

/** What the record has of an incident of the play. */
function fileOf({ files, atMs }: Moment, { incident }: RecipientsAt): IncidentFile | null {
  const same = files.filter(
    (file) => isOf(file.incident, incident.subject) && file.incident.openedAtMs <= atMs,
  );
  return (
    same.findLast(({ incident: { resolvedAtMs } }) => resolvedAtMs === null || resolvedAtMs > atMs) ?? null
  );
}

function reasonOf(
  moment: Moment,
  at: RecipientsAt,
  file: IncidentFile | null,
  receiver: string,
  recipient: Recipient | null,
  { decision, held }: ControlledDecision,
): Reason {
  const { key, atMs } = moment;
  const told = at.told.find((one) => one.receiver === receiver) ?? null;
  const member = at.incident.members.get(key);
  const isKnown = told?.facts ? [...told.facts.down, ...told.facts.flapping].includes(key) : false;
  const notice = noticeThatTold(moment, at, file, receiver, isKnown);
  const answer = (code: Code, more: Partial<Reason> = {}): Reason => ({
    receiver,
    code,
    notice: null,
    untilMs: null,
    detail: null,
    ...more,
  });
  if (notice)
    return answer(whyTold(moment, at, receiver, recipient, told), {
      notice,
      detail: insteadOf(at, receiver),
    });
  const delivery = file && deliveryCode(file, receiver, atMs);
  if (delivery) return answer(delivery.code, { detail: delivery.detail, untilMs: delivery.untilMs });
  if (isRemoved(moment, at, file, receiver, recipient)) return answer('routeRemoved');
  if (recipient === null || (decision.kind === 'nothing' && decision.because === 'notRouted')) {
    const { code, verdict } = whyNotRouted(at, receiver);
    // A route that nearly led there says more than that it would stand in for somebody.
    const stands = code === 'noRoute' ? standsInFor(at, receiver) : null;
    if (stands !== null) return answer('fallback', { detail: stands });
    return answer(code, { detail: verdict && `routes[${verdict.index}]` });
  }
  const { quiet } = member ?? {};
  const { controls } = moment.rules;
  if (quiet && !isKnown)
    return answer(quiet.why, { detail: controlInWords(controls, quiet.control), untilMs: quiet.untilMs });
  if (held && held.untilMs > atMs)
    return answer(held.why, { detail: controlInWords(controls, held.control), untilMs: held.untilMs });
  if (decision.kind === 'nothing') {
    const isBack = decision.because === 'nothingNew' && moment.device?.phase === 'recovering';
    return isBack ? answer('overBeforeTold') : answer(...silentCode(decision.because, recipient, at));
  }
  if (decision.atMs <= atMs) return answer(recipient.why === 'toldBefore' ? 'told' : recipient.why);
  if (recipient.why === 'escalation' && recipient.fromMs > atMs)
    return answer('notDue', {
      untilMs: recipient.fromMs,
      detail: `routes[${recipient.route}].escalate[${recipient.step}]`,
    });
  const waits = decision.notice === 'opening' && !told?.facts ? 'groupWait' : 'groupInterval';
  return answer(decision.notice === 'reminder' ? 'notDue' : waits, { untilMs: decision.atMs });
}

/** A control as a reader knows it: who set a silence and why, the name of planned work. */
function controlInWords({ silences, windows }: Moment['rules']['controls'], control: string): string {
  const silence = silences.find(({ id }) => id === control);
  if (silence) return silence.reason === null ? `of ${silence.by}` : `of ${silence.by} (${silence.reason})`;
  return windows.find(({ id }) => id === control)?.name ?? control;
}

type Silent = Extract<ControlledDecision['decision'], { kind: 'nothing' }>['because'];

function silentCode(
  because: Silent,
  { mute, route }: Recipient,
  { incident: { acknowledged }, nowMs }: RecipientsAt,
): [Code, Partial<Reason>?] {
  switch (because) {
    case 'silence':
    case 'maintenance':
      return [because];
    case 'acknowledged':
      return [because, { untilMs: acknowledged?.untilMs ?? null, detail: acknowledged?.by ?? null }];
    case 'muteTime':
      return [
        because,
        {
          untilMs: mute && doesEnd(mute.untilMs, nowMs) ? mute.untilMs : null,
          detail: `routes[${mute?.route ?? route}]`,
        },
      ];
    case 'everyDeviceIsComingBack':
    case 'overBeforeItWasTold':
      return ['overBeforeTold'];
    case 'failedForGood':
      return ['deliveryFailed'];
    case 'notRouted':
      return ['noRoute'];
    case 'closed':
      return ['routeRemoved', { detail: 'closed' }];
    case 'nothingNew':
      return ['told'];
    default:
      return because satisfies never;
  }
}

/** Why a receiver that was told was one. */
function whyTold(
  moment: Moment,
  at: RecipientsAt,
  receiver: string,
  recipient: Recipient | null,
  told: Told | null,
): Code {
  if (recipient === null || (told?.status === 'closed' && at.incident.status === 'open'))
    return 'routeRemoved';
  if (recipient.why !== 'toldBefore') return recipient.why;
  return moment.rules.receivers.has(receiver) ? 'told' : 'routeRemoved';
}

/**
 * The notice by which a receiver came to know of a device, as the record has it. One that is back was told of as long as it
 * was away.
 */
function noticeThatTold(
  { key, atMs, toldBy }: Moment,
  { incident: { incidentId, members } }: RecipientsAt,
  file: IncidentFile | null,
  receiver: string,
  isKnown: boolean,
): Notice | null {
  const by = toldBy(incidentId, receiver, key);
  const member = members.get(key);
  if (!file || !member || !by || (!isKnown && by.atMs < member.since)) return null;
  const sent = file.notices.filter(
    ({ state, finishedAtMs, ...one }) =>
      one.receiver === receiver && state === 'sent' && finishedAtMs !== null && finishedAtMs <= atMs,
  );
  const own = sent.find(({ noticeId }) => noticeId === by.noticeId);
  // The play may have come to another number where looks were not on record: then it is the one of that time.
  const since = sent.filter(({ finishedAtMs }) => (finishedAtMs ?? 0) >= by.atMs - apartMs);
  return own ?? since.sort((a, b) => (a.finishedAtMs ?? 0) - (b.finishedAtMs ?? 0))[0] ?? null;
}

const apartMs = 2 * 60_000;

/** What kept a notice that was on its way then, or that had been given up, from its receiver. */
function deliveryCode(
  file: IncidentFile,
  receiver: string,
  atMs: number,
): { readonly code: Code; readonly detail: string | null; readonly untilMs: number | null } | null {
  const notice = file.notices
    .filter((one) => one.receiver === receiver && one.createdAtMs <= atMs)
    .sort((a, b) => b.createdAtMs - a.createdAtMs)[0];
  const isOver = (notice?.finishedAtMs ?? Number.POSITIVE_INFINITY) <= atMs;
  if (!notice || (isOver && notice.state !== 'failed')) return null;
  const entries = file.timeline.filter(
    (one) => one.receiver === receiver && one.atMs >= notice.createdAtMs && one.atMs <= atMs,
  );
  const last = entries.findLast(
    ({ kind, reason, outcome }) =>
      outcome === 'temporary' || outcome === 'failed' || (kind === 'decision' && waitsFor.has(reason ?? '')),
  );
  if (!last) return null;
  if (last.kind === 'decision') return { code: last.reason as Code, detail: null, untilMs: null };
  return { code: 'deliveryFailed', detail: last.error ?? null, untilMs: null };
}

const waitsFor: ReadonlySet<string> = new Set<Code>(['rateLimit', 'receiverQuiet']);

/** Whether rules that were in force earlier in this incident led to a receiver, and these no longer do. */
function isRemoved(
  { allRules, atMs, rules }: Moment,
  at: RecipientsAt,
  file: IncidentFile | null,
  receiver: string,
  recipient: Recipient | null,
): boolean {
  if (recipient !== null && recipient.why !== 'toldBefore') return false;
  const before = allRules.filter((one) => one.fromMs <= atMs && one.rules !== rules);
  if (before.length === 0) return false;
  const wasTold = file?.notices.some((one) => one.receiver === receiver && one.createdAtMs <= atMs) ?? false;
  return recipient === null && (wasTold || before.some((one) => wouldName(one.rules, at, receiver)));
}

/** Whom a receiver that no route names would stand in for. */
function standsInFor(at: RecipientsAt, receiver: string): string | null {
  const { named } = recipientsOf(at);
  return named.find((one) => at.rules.receivers.get(one)?.fallback === receiver) ?? null;
}

function insteadOf({ incident }: RecipientsAt, receiver: string): string | null {
  return incident.fallbacks.find((one) => one.receiver === receiver)?.instead ?? null;
}
