import type { DeviceId } from '../events/event.ts';
import { openAt } from '../incident/quietMembers.ts';
import { type RecipientsAt, recipientsOf } from '../incident/recipients.ts';
import type { TimelineEntry } from '../incident/timeline.ts';
import { clockOf } from '../notify/words/clock.ts';
import { oneLine } from '../notify/words/oneLine.ts';
import { sitePolicy } from '../policy/policyFor.ts';
import { afterwards } from './afterwards.ts';
import type { Evidence } from './evidence.ts';
import { type Code, codes, type Explanation, type Known, type ReceiverAnswer } from './explanation.ts';
import { lookedAt } from './looked.ts';
import { incidentsIfItStaysAway, type Moment, momentOf } from './moment.ts';
import { type Reason, reasonsIn } from './receivers.ts';
import { everyReceiver, whyNotRouted } from './routes.ts';
import { knownInWords, reasonInWords, type Times, timesOf } from './words.ts';

/** So long after its end an outage that nobody was told of is the answer for a device that is online. */
const untoldForMs = 24 * 60 * 60_000;

/**
 * What was known of a device at a moment, which rule decided, who was told, who was not, and why. It asks the functions
 * that decide, about what was true and recorded then.
 *
 * @param receiver one that is asked for, also when no route leads to it; null: whoever was told or is named
 */
export function explain(id: DeviceId, receiver: string | null, evidence: Evidence): Explanation {
  const { state, events, files, rules } = evidence;
  const moment = momentOf(state, id, events, files, rules);
  const at = timesOf(clockOf(moment.site.timeZone), moment.atMs);
  const deviceCode = deviceCodeOf(moment);
  const waits = deviceCode === 'hold' || deviceCode === 'lateEvent';
  const incidents =
    waits && moment.incidents.length === 0 ? incidentsIfItStaysAway(moment) : moment.incidents;
  const reasons = reasonsOf(moment, deviceCode, incidents, receiver);
  const outcome = outcomeOf(moment, deviceCode, incidents, reasons);
  const known = knownOf(moment);
  const receivers = reasons.map((one): ReceiverAnswer => answerOf(one, at));
  const looked = lookedAt(moment, deviceCode, incidents, reasons, at);
  return {
    known,
    outcome,
    receivers,
    looked,
    sentences: [
      knownInWords(moment, known, at),
      ...(known.phase === null ? [] : looked.filter(({ rule }) => rule === 'events')).map(
        ({ sentence }) => sentence,
      ),
      ...outcomeInWords(outcome, receivers, moment, at),
      ...receivers.map(({ sentence }) => sentence),
    ],
    after: afterwards(moment, evidence, at),
  };
}

/** What the state of the device alone says; null: it is away for longer than its hold, or flaps. */
function deviceCodeOf(moment: Moment): Code | null {
  const { device, policy, holdEndsAtMs, atMs, events } = moment;
  if (device === null) return 'neverSeen';
  if (device.deleted) return 'deleted';
  if (device.flapping || device.phase === 'offline') return null;
  if (device.phase === 'suspect') {
    const ownEndMs = device.sinceMs + policy.offlineAfterMs;
    return holdEndsAtMs !== null && holdEndsAtMs > ownEndMs && atMs >= ownEndMs ? 'lateEvent' : 'hold';
  }
  if (device.phase === 'recovering') return null;
  const last = events.at(-1);
  const outdated = last?.effect === 'older' || last?.effect === 'duplicate' || last?.effect === 'tombstoned';
  if (outdated && last.kind === 'disconnected') return 'outdatedEvent';
  return untoldOutage(moment) ? 'overBeforeTold' : 'online';
}

/** Whether the last outage of a device that is online was over before anybody could be told of it. */
function untoldOutage(moment: Moment): boolean {
  const { files, atMs, device, key, rules, site } = moment;
  const last = files.findLast(({ incident: { resolvedAtMs } }) => (resolvedAtMs ?? atMs + 1) <= atMs);
  const member = last?.incident.members.get(key);
  const endedMs = last?.incident.resolvedAtMs ?? 0;
  if (!last || !member || !device || atMs - endedMs > untoldForMs) return false;
  const isNewer = (device.lostAtMs ?? 0) > endedMs;
  const wasHeld = member.quietThroughout === true || last.timeline.some(isHeld);
  if (isNewer || wasHeld || last.notices.some(({ state }) => state !== 'dropped')) return false;
  const policy = sitePolicy(rules, site);
  const early = (member.backAtMs ?? endedMs) <= openAt(last.incident, policy);
  const { incident, told } = last;
  const at = { rules, hub: incident.hubName, site, policy, nowMs: atMs, incident, told, diagnosis: null };
  return last.notices.length > 0 || (early && recipientsOf(at).named.length > 0);
}

/** A control kept something from somebody. */
function isHeld({ kind, receiver }: TimelineEntry): boolean {
  return kind === 'decision' && receiver !== null;
}

function reasonsOf(
  moment: Moment,
  deviceCode: Code | null,
  incidents: readonly RecipientsAt[],
  asked: string | null,
): Reason[] {
  const byReceiver = new Map<string, Reason>();
  const add = (one: Reason) => {
    const known = byReceiver.get(one.receiver);
    // Told by one of the incidents is told; else the reason that comes first.
    const better =
      known && (known.notice !== null || (one.notice === null && rankOf(known.code) <= rankOf(one.code)));
    if (!better) byReceiver.set(one.receiver, one);
  };
  const isGone = deviceCode !== null;
  for (const at of incidents) {
    for (const reason of reasonsIn(moment, at, asked)) {
      if (isGone && reason.notice === null && reason.code !== 'noRoute')
        add({ ...reason, code: deviceCode, untilMs: moment.holdEndsAtMs, detail: null });
      else add(reason);
    }
  }
  if (asked !== null && !byReceiver.has(asked)) {
    add({
      receiver: asked,
      code: deviceCode ?? 'noRoute',
      notice: null,
      untilMs: moment.holdEndsAtMs,
      detail: null,
    });
  }
  const all = [...byReceiver.values()];
  return asked === null ? all : all.filter(({ receiver }) => receiver === asked);
}

function rankOf(code: Code): number {
  // That a route does not lead there counts only when nothing else does.
  return code === 'noRoute' ? codes.length : codes.indexOf(code);
}

function outcomeOf(
  moment: Moment,
  deviceCode: Code | null,
  incidents: readonly RecipientsAt[],
  reasons: readonly Reason[],
): Code {
  if (deviceCode !== null) return deviceCode;
  const everybody = incidents.flatMap((at) => reasonsIn(moment, at, null));
  if (everybody.some(({ notice }) => notice !== null)) return moment.device?.flapping ? 'flapping' : 'told';
  if (everybody.length > 0) return mostOf(everybody.map(({ code }) => code));
  const [first] = incidents;
  const others = first ? everyReceiver(moment.rules).map((one) => whyNotRouted(first, one).code) : [];
  return others.length > 0 ? mostOf(others) : (reasons[0]?.code ?? 'noRoute');
}

/** The code that comes most often; of several the first in their order. */
function mostOf(all: readonly Code[]): Code {
  const count = (code: Code) => all.filter((one) => one === code).length;
  return [...new Set(all)].sort((a, b) => count(b) - count(a) || codes.indexOf(a) - codes.indexOf(b))[0]!;
}

/** Whoever was told that a device is down was told that it is back: null where that was long ago, or nobody was. */
function lastIncidentInWords({ files, atMs }: Moment, at: Times): string | null {
  const last = files.findLast(({ incident: { resolvedAtMs } }) => (resolvedAtMs ?? atMs + 1) <= atMs);
  const endedMs = last?.incident.resolvedAtMs ?? 0;
  const told = [...new Set(last?.notices.filter(({ state }) => state === 'sent').map((one) => one.receiver))];
  if (told.length === 0 || atMs - endedMs > untoldForMs) return null;
  return `Its last incident ended at ${at(endedMs)}; ${told.map(oneLine).join(', ')} had been told of it.`;
}

function knownOf({ device, holdEndsAtMs }: Moment): Known {
  if (device === null) return { phase: null, flapping: false, sinceMs: null, holdEndsAtMs: null };
  const { phase, flapping, sinceMs, offlineAtMs } = device;
  const began = phase === 'offline' ? (offlineAtMs ?? sinceMs) : sinceMs;
  return { phase, flapping, sinceMs: began === 0 ? null : began, holdEndsAtMs };
}

function answerOf(reason: Reason, at: Times): ReceiverAnswer {
  const { receiver, code, notice } = reason;
  return {
    receiver,
    told: notice !== null,
    because: code,
    atMs: notice?.finishedAtMs ?? null,
    noticeId: notice?.noticeId ?? null,
    sentence: reasonInWords(reason, at),
  };
}

function outcomeInWords(
  outcome: Code,
  receivers: readonly ReceiverAnswer[],
  moment: Moment,
  at: Times,
): string[] {
  if (receivers.length > 0) return [];
  switch (outcome) {
    case 'online':
      return [lastIncidentInWords(moment, at) ?? 'So there was nothing to tell.'];
    case 'neverSeen':
    case 'hold':
    case 'lateEvent':
    case 'deleted':
    case 'outdatedEvent':
      return ['So there was nothing to tell.'];
    case 'overBeforeTold':
      return ['Its last outage was over before anybody could be told.'];
    case 'severity':
      return ['Nobody was told: no route wants this severity.'];
    default:
      return ['Nobody was told: no route leads to anybody.'];
  }
}
