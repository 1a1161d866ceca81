import { pendingDiagnosis } from '../diagnosis/unexplained.ts';
import { formatPlaceKey, type PlaceKey, parsePlaceKey } from '../directory/placeKey.ts';
import { decide } from '../incident/decide.ts';
import { fittingDiagnosis } from '../incident/diagnosisFit.ts';
import { answeredKeyOf, diagnosisKeyOf } from '../incident/diagnosisSchedule.ts';
import type { DiagnosisRecord, Notice, NoticeKind, Told } from '../incident/incident.ts';
import { type IncidentFile, withNotice } from '../incident/incidentFile.ts';
import { abandon, assumingDelivered, factsOf, mergeFacts } from '../incident/ledger.ts';
import { standingOf } from '../incident/pendingNotice.ts';
import type { Reason } from '../incident/reasons.ts';
import { routesOf } from '../incident/routesOf.ts';
import { droppedEntry } from '../incident/timeline.ts';
import { composeMessage } from '../notify/composeMessage.ts';
import { linksOf } from '../notify/linksOf.ts';
import type { Message } from '../notify/message.ts';
import type { Receiver } from '../policy/receiver.ts';
import { isNewer } from '../policy/rules.ts';
import { readNoticeMessage } from '../store/queueMessages.ts';
import type { NoticeMessage } from '../store/queues.ts';
import type { StoredFile } from '../store/storedFile.ts';
import type { Log } from '../telemetry/log.ts';
import { record } from '../telemetry/metrics.ts';
import { type App, ContentionError, mostAttempts, notOutdated } from './app.ts';
import { diagnosisFor, diagnosisOfHub, rediagnose } from './diagnoseIncident.ts';
import { type Present, presentOf } from './present.ts';
import { recordOutcome } from './recordOutcome.ts';
import { requeueOnStorageFault } from './requeueOnStorageFault.ts';

/** A delivery that died gives its notice up this long after the receiver's time-out. */
const leaseMarginMs = 20_000;

/** Quiet that a receiver asks for while its notice is being made is seen when making it took longer than this. */
const quietGraceMs = 500;

/** Two instances' clocks may differ by this much. */
const clockSkewMs = 1_500;

/**
 * Works on one message of the queue `notices`: delivers a notice, or asks the logs again for an incident.
 *
 * Delivering:
 * 1. Read the incident, the guard of its place first; leave a notice that is finished, not due, or in another
 *    delivery's hands. Never act by older rules than those that decided here last.
 * 2. Wait while the receiver has asked for quiet.
 * 3. Ask the logs within the budget if nobody has, or if what they answered was about other facts.
 * 4. Look whether the notice is still true; drop it if not.
 * 5. Claim it by its tag, noting that from now on it may have been read.
 * 6. Send, then record the outcome and what the receiver now knows in one write.
 *
 * A crash between 5 and 6 leaves the claim, which lapses; the notice then goes out again under the same id.
 */
export async function deliverNotice(app: App, content: unknown, _nowMs: number, log: Log): Promise<void> {
  const message = readNoticeMessage(content);
  await requeueOnStorageFault(
    () => workOn(app, message, log),
    (delayMs) => app.queues.deliver(message, delayMs),
    log,
  );
}

async function workOn(app: App, message: NoticeMessage, log: Log): Promise<void> {
  const key = parsePlaceKey(message.partition)!;
  if ('askLogsFor' in message) {
    if (key.kind !== 'hub') await rediagnose(app, key, message.askLogsFor, log);
    return;
  }
  const sinceMs = app.now();
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const done = await tryDelivery(app, key, message, sinceMs, log);
    if (done) return;
  }
  throw new ContentionError(`notice ${message.notice}`);
}

/** A notice that is this delivery's to send, with all that belongs to it. */
type Task = {
  readonly app: App;
  readonly key: PlaceKey;
  readonly stored: StoredFile;
  readonly notice: Notice;
  readonly told: Told;
  readonly receiver: Receiver;
};

/** One go at it; false: another writer was faster, begin again. @param sinceMs when the first one began */
async function tryDelivery(
  given: App,
  key: PlaceKey,
  { incident: incidentId, notice: noticeId }: Extract<NoticeMessage, { notice: string }>,
  sinceMs: number,
  log: Log,
): Promise<boolean> {
  const loaded = await given.fleet.loadIncident(key, incidentId);
  const guard = loaded.guard?.record ?? null;
  const app = await notOutdated(given, guard);
  const task = loaded.stored && taskOf(app, key, loaded.stored, noticeId);
  if (!task) return true;
  const { version } = app.rules;
  if (guard !== null && isNewer(version, guard.rules)) {
    const noted = await app.fleet.noteRules(key, loaded.guard, guard.hubName, version);
    if (noted === 'superseded') return false;
  }
  const lookedAtMs = app.now();
  const state = await app.receiverStates.look(task.receiver.name);
  if (state.quietUntilMs > lookedAtMs) return waitUntil(task, state.quietUntilMs, 'asked for');
  const asked = await diagnosisOf(task, sinceMs, log);
  const present = await presentOf(app, key, task.stored.file.incident);
  const standing = standingNow(task, present);
  if (standing.kind === 'pointless') return drop(task, standing.because, log);
  if (app.now() - lookedAtMs > quietGraceMs) {
    const { quietUntilMs } = await app.receiverStates.look(task.receiver.name);
    if (quietUntilMs > app.now()) return waitUntil(task, quietUntilMs, 'asked for');
  }
  return deliver({ ...task, failing: state.failing !== null }, present, standing, asked, log);
}

function taskOf(app: App, key: PlaceKey, stored: StoredFile, noticeId: string): Task | null {
  const nowMs = app.now();
  const notice = stored.file.notices.find((one) => one.noticeId === noticeId);
  if (notice?.state !== 'pending' || notice.leasedUntilMs > nowMs) return null;
  if (notice.dueAtMs > nowMs + clockSkewMs) return null;
  const told = stored.file.told.find((entry) => entry.pendingNoticeId === noticeId);
  const receiver = app.rules.receivers.get(notice.receiver);
  return told && receiver ? { app, key, stored, notice, told, receiver } : null;
}

async function diagnosisOf(
  { app, key, stored, notice }: Task,
  sinceMs: number,
  log: Log,
): Promise<DiagnosisRecord | null> {
  if (key.kind === 'hub') return diagnosisOfHub(stored.file, app.now());
  return diagnosisFor(app, key, stored.file, { reason: notice.reason, sinceMs }, log);
}

/** What the notice says by what is true now, or that it says nothing any more. */
function standingNow(
  { app, stored, notice, told, receiver }: Task,
  { hub, site, incident, policy }: Present,
) {
  const { rules } = app;
  const nowMs = app.now();
  // An end that was decided stands, whatever the devices do by now.
  const decided = stored.file.incident.status === 'resolved' ? stored.file.incident : incident;
  // What is only now known of the cause of what grew goes with the growth, and is no news of its own.
  const key = answeredKeyOf(stored.file.diagnosis, decided);
  const routing = routesOf(rules, hub, site, decided).of(receiver.name);
  const decision = decide(decided, told, routing, policy, key);
  return standingOf(notice, decided, decision, true, nowMs);
}

async function drop(task: Task, because: string, log: Log): Promise<boolean> {
  const { app, key, stored, notice, told } = task;
  const nowMs = app.now();
  const dropped: Notice = { ...notice, state: 'dropped', lastError: because, finishedAtMs: nowMs };
  const file = withNotice(stored.file, dropped, abandon(told, notice), [droppedEntry(dropped, nowMs)]);
  if ((await app.fleet.saveFile(key, stored, file)) === null) return false;
  log.info('notice dropped', { ...idsOf(task), because });
  record(log, [{ name: 'notices.dropped', value: 1, receiver: notice.receiver, reason: notice.reason }]);
  await app.scheduler.schedule(key, nowMs, nowMs);
  return true;
}

/** Puts a notice off without holding a slot. What the receiver asked for counts as its failing. */
async function waitUntil(task: Task, dueAtMs: number, why: 'asked for' | 'no slot'): Promise<boolean> {
  const { app, key, stored, notice, told } = task;
  const nowMs = app.now();
  const failingSinceMs = why === 'asked for' ? (told.failingSinceMs ?? nowMs) : told.failingSinceMs;
  const file = withNotice(stored.file, { ...notice, dueAtMs }, { ...told, failingSinceMs });
  if ((await app.fleet.saveFile(key, stored, file)) === null) return false;
  await app.queues.deliver(messageOf(task), dueAtMs - nowMs);
  if (failingSinceMs !== told.failingSinceMs) await app.scheduler.schedule(key, nowMs, nowMs);
  return true;
}

async function deliver(
  task: Task & { readonly failing: boolean },
  present: Present,
  says: { readonly reason: Reason; readonly says: NoticeKind },
  asked: DiagnosisRecord | null,
  log: Log,
): Promise<boolean> {
  const { app, key, stored, notice, told, receiver, failing } = task;
  const admission = await app.bulkhead.enter(receiver.name, app.now(), app.pause);
  if (admission.kind === 'wait') return waitUntil(task, app.now() + admission.delayMs, 'no slot');
  let timedOut = false;
  try {
    const nowMs = app.now();
    const decided = stored.file.incident.status === 'resolved' ? stored.file.incident : present.incident;
    const diagnosis = fittingDiagnosis(asked, decided) ?? pendingDiagnosis;
    const facts = factsOf(decided, diagnosisKeyOf(diagnosis));
    const claimed: Notice = {
      ...notice,
      attempts: notice.attempts + 1,
      possiblyDelivered: mergeFacts(notice.possiblyDelivered, facts),
      leasedUntilMs: nowMs + receiver.delivery.timeoutMs + leaseMarginMs,
    };
    const claim: IncidentFile = withNotice({ ...stored.file, diagnosis: asked }, claimed, told);
    const saved = await app.fleet.saveFile(key, stored, claim);
    if (saved === null) return false;
    const message = composeMessage({
      incident: decided,
      site: present.readersSite,
      devices: present.devices,
      nowMs,
      // It takes back whatever an earlier attempt may have called down, so that an answer settles what is known.
      told: assumingDelivered(told, notice),
      notice: { ...notice, kind: says.says },
      reason: says.reason,
      diagnosis,
      links: linksOf(app.publicUrl, decided, present.hubResourceId),
      instead: insteadOf(stored.file, receiver.name),
    });
    const result = await app.channels.send(message, receiver, app.now(), told.handle ?? null);
    timedOut = result.kind === 'failedTemporarily' && result.timedOut;
    log.info('notice tried', {
      ...idsOf(task),
      reason: says.reason,
      result: result.kind,
      error: result.kind === 'sent' ? null : result.error,
      attempts: claimed.attempts,
    });
    const attempt = { possiblyBefore: notice.possiblyDelivered, facts, reason: says.reason, result };
    await recordOutcome(app, key, saved, messageOf(task), { ...attempt, receiver, failing }, log);
  } finally {
    app.bulkhead.leave(receiver.name, timedOut, receiver.delivery.retryFirstMs, app.now());
  }
  return true;
}

/** Whom a fallback stands in for, and the last thing that went wrong there. */
function insteadOf({ incident, notices }: IncidentFile, name: string): Message['instead'] {
  const failed = incident.fallbacks.find(({ receiver }) => receiver === name)?.instead;
  const error = notices.findLast((one) => one.receiver === failed && one.lastError !== null)?.lastError;
  return failed !== undefined && error ? { receiver: failed, error } : undefined;
}

function messageOf({ key, notice }: Task): Extract<NoticeMessage, { notice: string }> {
  return { partition: formatPlaceKey(key), incident: notice.incidentId, notice: notice.noticeId };
}

function idsOf({ key, notice, receiver }: Task) {
  return {
    hub: key.hub,
    site: key.kind === 'hub' ? key.hub : key.id,
    incident: notice.incidentId,
    notice: notice.noticeId,
    receiver: receiver.name,
  };
}
