import { formatPlaceKey, type PlaceKey } from '../directory/placeKey.ts';
import { isOfAcknowledgement, type Say } from '../incident/decide.ts';
import { decisionsOf } from '../incident/decisions.ts';
import { diagnosisToTell } from '../incident/diagnosisFit.ts';
import { diagnosisKeyOf } from '../incident/diagnosisSchedule.ts';
import type { DiagnosisRecord, Notice, NoticeKind, Told, ToldFacts } from '../incident/incident.ts';
import { type IncidentFile, withNotice } from '../incident/incidentFile.ts';
import { abandon, assumingDelivered, factsOf, mergeFacts } from '../incident/ledger.ts';
import { standingOf } from '../incident/pendingNotice.ts';
import type { Reason } from '../incident/reasons.ts';
import { droppedEntry, type TimelineEntry } from '../incident/timeline.ts';
import { composeMessage } from '../notify/composeMessage.ts';
import type { Message } from '../notify/message.ts';
import type { Receiver } from '../policy/receiver.ts';
import { isNewer } from '../policy/rules.ts';
import type { NoticeMessage } from '../store/queues.ts';
import type { StoredFile } from '../store/storedFile.ts';
import type { Log } from '../telemetry/log.ts';
import { record } from '../telemetry/metrics.ts';
import { type App, notOutdated, withFreshControls } from './app.ts';
import { comeBackAfterMs, diagnosisFor, diagnosisOfHub } from './diagnoseIncident.ts';
import { comeBack } from './logQuestions.ts';
import { linksFor } from './noticeLinks.ts';
import { type Present, presentOf } from './present.ts';

/** A delivery that died gives its notice up this long after the receiver's time-out. */
const leaseMarginMs = 20_000;

/** Two instances' clocks may differ by this much. */
const clockSkewMs = 1_500;

/** A notice that a delivery may send, with all that belongs to it. */
export type NoticeTask = {
  readonly app: App;
  readonly key: PlaceKey;
  readonly stored: StoredFile;
  readonly notice: Notice;
  readonly told: Told;
  readonly receiver: Receiver;
};

/** A message of the queue that names a notice. */
export type NoticeOf = Extract<NoticeMessage, { notice: string }>;

/**
 * Reads a notice, the guard of its place first, and never by older rules than those that decided there last. null: it is
 * finished, not due, or in another delivery's hands; `again`: another writer was faster.
 * @param when `waiting`: also one that waits for its turn, before it; one in another delivery's hands is then `again`
 */
export async function loadTask(
  given: App,
  key: PlaceKey,
  { incident, notice }: Pick<NoticeOf, 'incident' | 'notice'>,
  when: 'due' | 'waiting' = 'due',
): Promise<NoticeTask | 'again' | null> {
  const loaded = await given.fleet.loadIncident(key, incident);
  const guard = loaded.guard?.record ?? null;
  const app = await notOutdated(given, guard);
  const task = loaded.stored && taskOf(app, key, loaded.stored, notice, when);
  if (task === 'again') return 'again';
  if (!task) return null;
  const { version } = app.rules;
  if (guard !== null && isNewer(version, guard.rules)) {
    const noted = await app.fleet.noteRules(key, loaded.guard, guard.hubName, version);
    if (noted === 'superseded') return 'again';
  }
  return task;
}

function taskOf(
  app: App,
  key: PlaceKey,
  stored: StoredFile,
  noticeId: string,
  when: 'due' | 'waiting',
): NoticeTask | 'again' | null {
  const nowMs = app.now();
  const notice = stored.file.notices.find((one) => one.noticeId === noticeId);
  if (notice?.state !== 'pending') return null;
  if (notice.leasedUntilMs > nowMs) return when === 'waiting' ? 'again' : null;
  if (when === 'due' && notice.dueAtMs > nowMs + clockSkewMs) return null;
  const told = stored.file.told.find((entry) => entry.pendingNoticeId === noticeId);
  const receiver = app.rules.receivers.get(notice.receiver);
  return told && receiver ? { app, key, stored, notice, told, receiver } : null;
}

/** A notice that says something now. */
export type ReadyNotice = {
  readonly task: NoticeTask;
  readonly present: Present;
  readonly reason: Reason;
  readonly says: NoticeKind;
  readonly tells: Say['tells'];
  readonly asked: DiagnosisRecord | null;
};

/** When the delivery of a notice began, and whether its message may bring it back in a moment. */
type Reading = { readonly sinceMs: number; readonly comesBack: boolean };

/** What a notice says by what is true now, with its diagnosis; why it says nothing any more; or when to come back. */
export async function readNotice(
  task: NoticeTask,
  reading: Reading,
  log: Log,
): Promise<ReadyNotice | { readonly pointless: string } | { readonly comeBackAfterMs: number }> {
  const { key, stored, notice } = task;
  const asked =
    key.kind === 'hub'
      ? diagnosisOfHub(stored.file, task.app.now())
      : await diagnosisFor(task.app, key, stored.file, { reason: notice.reason, ...reading }, log);
  if (asked === comeBack) return { comeBackAfterMs };
  // The logs may have taken their time, and somebody may have set a control meanwhile.
  const app = await withFreshControls(task.app);
  const present = await presentOf(app, key, stored.file.incident);
  const standing = standingNow({ ...task, app }, present);
  if (standing.kind === 'pointless') return { pointless: standing.because };
  const { reason, says, tells } = standing;
  return { task: { ...task, app }, present, reason, says, tells, asked };
}

function standingNow(
  { app, stored, notice, receiver }: NoticeTask,
  { hub, site, incident, policy }: Present,
) {
  const { rules } = app;
  const nowMs = app.now();
  // An end that was decided stands, whatever the devices do by now.
  const decided = stored.file.incident.status === 'resolved' ? stored.file.incident : incident;
  // What is only now known of the cause of what grew goes with the growth, and is no news of its own.
  const { told, diagnosis } = stored.file;
  const decisions = decisionsOf({ rules, hub, site, policy, nowMs, incident: decided, told, diagnosis });
  const { decision } = decisions.of(receiver.name);
  return standingOf(notice, decided, decision, true, nowMs);
}

/** A notice that is this delivery's to send, and what it says. */
export type ClaimedNotice = {
  readonly ready: ReadyNotice;
  readonly saved: StoredFile;
  readonly message: Message;
  readonly facts: ToldFacts;
  readonly attempts: number;
};

/**
 * Claims a notice by its tag, noting that from now on it may have been read; null: another writer was faster.
 * @param digestId the digest that it goes out with; null: by itself
 */
export async function claimNotice(
  ready: ReadyNotice,
  digestId: string | null,
): Promise<ClaimedNotice | null> {
  const { task, present, reason, says, tells, asked } = ready;
  const { app, key, stored, notice: before, told, receiver } = task;
  const { digestId: _, awaitsTurn: __, ...notice } = before;
  const nowMs = app.now();
  const decided = stored.file.incident.status === 'resolved' ? stored.file.incident : present.incident;
  const diagnosis = diagnosisToTell(asked, decided);
  // It takes back whatever an earlier attempt may have called down, so that an answer settles what is known.
  const known = assumingDelivered(told, notice);
  // A word about the acknowledgement leaves what is new of the cause to a notice of its own.
  const keyBefore = isOfAcknowledgement(reason) ? known.facts?.diagnosisKey : undefined;
  const facts = factsOf(decided, keyBefore ?? diagnosisKeyOf(diagnosis), known, tells);
  const claimed: Notice = {
    ...notice,
    ...(digestId === null ? {} : { digestId }),
    ...limitedSoFar(before, nowMs),
    attempts: notice.attempts + 1,
    possiblyDelivered: mergeFacts(notice.possiblyDelivered, facts),
    leasedUntilMs: nowMs + receiver.delivery.timeoutMs + leaseMarginMs,
  };
  const links = await linksFor(app, decided, receiver.name);
  const file = withNotice({ ...stored.file, diagnosis: asked }, claimed, told);
  const saved = await app.fleet.saveFile(key, stored, file);
  if (saved === null) return null;
  const message = composeMessage({
    incident: decided,
    site: present.readersSite,
    devices: present.devices,
    nowMs,
    told: known,
    tells,
    rules: app.rules,
    ledger: stored.file.told,
    notice: { ...notice, kind: says },
    reason,
    diagnosis,
    links,
    instead: insteadOf(stored.file, receiver.name),
  });
  return { ready, saved, message, facts, attempts: claimed.attempts };
}

/** Whom a fallback stands in for, and the last thing that went wrong there. */
function insteadOf({ incident, notices }: IncidentFile, name: string): Message['instead'] {
  const failed = incident.fallbacks.find(({ receiver }) => receiver === name)?.instead;
  const error = notices.findLast((one) => one.receiver === failed && one.lastError !== null)?.lastError;
  return failed !== undefined && error ? { receiver: failed, error } : undefined;
}

/** Writes that a notice is not sent, and why; false: another writer was faster. */
export async function dropNotice(task: NoticeTask, because: string, log: Log): Promise<boolean> {
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

/**
 * Puts a notice off without holding a slot; false: another writer was faster. What the receiver asked for counts as its
 * failing; waiting for a slot, or for its limit, does not.
 */
export async function putOff(
  task: NoticeTask,
  dueAtMs: number,
  why: 'asked for' | 'no slot' | 'limit',
): Promise<boolean> {
  const { app, key, stored, notice, told } = task;
  const nowMs = app.now();
  const failingSinceMs = why === 'asked for' ? (told.failingSinceMs ?? nowMs) : told.failingSinceMs;
  const { awaitsTurn: _, ...plain } = { ...notice, ...limitedSoFar(notice, nowMs) };
  const limitedMs = (plain.limitedMs ?? 0) + Math.max(0, dueAtMs - nowMs);
  const limited = why === 'limit' ? ({ limitedMs, awaitsTurn: true } as const) : {};
  const entries = waitEntry(task, why, dueAtMs, nowMs);
  const known = { ...told, failingSinceMs };
  const file = withNotice(stored.file, { ...plain, ...limited, dueAtMs }, known, entries);
  if ((await app.fleet.saveFile(key, stored, file)) === null) return false;
  await app.queues.deliver(messageOf(task), dueAtMs - nowMs);
  if (failingSinceMs !== told.failingSinceMs) await app.scheduler.schedule(key, nowMs, nowMs);
  return true;
}

const waits = { 'asked for': 'receiverQuiet', limit: 'rateLimit' } as const;

/** What the story says of a notice that waits: once for each notice and reason. */
function waitEntry(
  { stored, notice, receiver }: NoticeTask,
  why: 'asked for' | 'no slot' | 'limit',
  dueAtMs: number,
  atMs: number,
): TimelineEntry[] {
  if (why === 'no slot') return [];
  const reason = waits[why];
  const isSaid = stored.file.timeline.some(
    (one) => one.reason === reason && one.receiver === receiver.name && one.atMs >= notice.createdAtMs,
  );
  if (isSaid) return [];
  const because = why === 'limit' ? 'its limit lets nothing through' : 'it has asked for quiet';
  const sentence = `${receiver.name} is not told yet: ${because} before ${new Date(dueAtMs).toISOString()}.`;
  return [{ atMs, kind: 'decision', deviceId: null, receiver: receiver.name, reason, sentence }];
}

/** What it has waited for our limit when its wait ends now, be it before its time. */
function limitedSoFar({ limitedMs, awaitsTurn, dueAtMs }: Notice, nowMs: number): Pick<Notice, 'limitedMs'> {
  if (limitedMs === undefined) return {};
  return { limitedMs: limitedMs - (awaitsTurn ? Math.max(0, dueAtMs - nowMs) : 0) };
}

export function messageOf({ key, notice }: NoticeTask): NoticeOf {
  return { partition: formatPlaceKey(key), incident: notice.incidentId, notice: notice.noticeId };
}

export function idsOf({ key, notice, receiver }: NoticeTask) {
  return {
    hub: key.hub,
    site: key.kind === 'hub' ? key.hub : key.id,
    incident: notice.incidentId,
    notice: notice.noticeId,
    receiver: receiver.name,
  };
}
