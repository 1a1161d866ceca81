import type { PlaceKey } from '../directory/placeKey.ts';
import { type AfterAttempt, type AttemptResult, afterAttempt } from '../incident/afterAttempt.ts';
import type { NoticeName, ToldFacts } from '../incident/incident.ts';
import { withNotice } from '../incident/incidentFile.ts';
import type { Reason } from '../incident/reasons.ts';
import type { TimelineEntry } from '../incident/timeline.ts';
import { retryDelayMs } from '../notify/delivery/retry.ts';
import type { Receiver } from '../policy/receiver.ts';
import type { NoticeMessage } from '../store/queues.ts';
import type { StoredFile } from '../store/storedFile.ts';
import type { Log } from '../telemetry/log.ts';
import { record } from '../telemetry/metrics.ts';
import { type App, ContentionError, mostAttempts } from './app.ts';
import { askForAHand } from './askForAHand.ts';

/** One request to a receiver and its answer. */
type Outcome = {
  readonly possiblyBefore: ToldFacts | null;
  readonly facts: ToldFacts;
  readonly reason: Reason;
  readonly result: AttemptResult;
  readonly receiver: Receiver;
  /** The notices that this one names of its digest; empty: none, or it went by itself. */
  readonly digestWith: readonly NoticeName[];
  /** It could not be told before. */
  readonly failing: boolean;
  /** How much later than the end of the receiver's quiet it goes. */
  readonly afterQuietMs: number;
};

/** The news of a delivery is looked at by an evaluation after this time, which those side by side share. */
const shareMs = 500;

/**
 * Writes what came of an attempt, with what the receiver knows now, and sees to what follows.
 * @param claimed the incident's file as the claim left it
 */
export async function recordOutcome(
  app: App,
  key: PlaceKey,
  claimed: StoredFile,
  message: Extract<NoticeMessage, { notice: string }>,
  outcome: Outcome,
  log: Log,
): Promise<void> {
  const { result, receiver } = outcome;
  const attempts = claimed.file.notices.find((one) => one.noticeId === message.notice)?.attempts ?? 1;
  const retryAfterMs = result.kind === 'failedTemporarily' ? result.retryAfterMs : null;
  const retryMs = retryDelayMs(receiver.delivery, attempts, retryAfterMs, app.random());
  if (result.kind === 'failedTemporarily' && (retryAfterMs !== null || result.throttled)) {
    await app.receiverStates.askQuiet(receiver.name, app.now() + (retryAfterMs ?? retryMs));
  }
  const againMs = Math.max(retryMs, retryAfterMs === null ? 0 : retryAfterMs + outcome.afterQuietMs);
  let stored: StoredFile | null = claimed;
  for (let round = 0; round < mostAttempts && stored; round++) {
    const notice = stored.file.notices.find((one) => one.noticeId === message.notice);
    const told = stored.file.told.find((entry) => entry.pendingNoticeId === message.notice);
    if (notice?.state !== 'pending' || !told) return;
    const nowMs = app.now();
    const attempt = { ...outcome, notice, told, delivery: receiver.delivery };
    const after = afterAttempt(attempt, againMs, nowMs);
    const entry = entryOf(after, outcome, nowMs);
    const { digestWith: _, ...plain } = after.notice;
    const named = outcome.digestWith.length > 0 ? { ...plain, digestWith: outcome.digestWith } : plain;
    const file = withNotice(stored.file, named, after.told, [entry]);
    // Before the outcome is written, because nobody would find it afterwards.
    if (isHopeless(result)) await askForAHand(app, receiver.name, notice.noticeId, result.error);
    if (await app.fleet.saveFile(key, stored, file)) {
      const failsNow = told.failingSinceMs === null || told.failedForGood !== after.told.failedForGood;
      const ofDevice = file.incident.subject.kind === 'device';
      if (!isHopeless(result)) await noteHealth(app, receiver, outcome.failing, after, nowMs);
      await followUp(app, key, message, after, { ...outcome, failsNow, ofDevice }, log);
      return;
    }
    stored = (await app.fleet.loadIncident(key, message.incident)).stored;
  }
  if (stored) throw new ContentionError(`outcome of notice ${message.notice}`);
}

function isHopeless(result: AttemptResult): result is Extract<AttemptResult, { kind: 'failedPermanently' }> {
  return result.kind === 'failedPermanently' && result.hopeless === true;
}

/** A receiver fails with its first final failure, or when it has failed for as long as its fallback waits. */
async function noteHealth(
  app: App,
  { name, fallbackAfterMs }: Receiver,
  failing: boolean,
  { outcome, notice, told }: AfterAttempt,
  nowMs: number,
): Promise<void> {
  if (outcome === 'sent') {
    if (failing) await app.receiverStates.works(name);
    return;
  }
  const forLong = told.failingSinceMs !== null && nowMs - told.failingSinceMs >= fallbackAfterMs;
  const failed = outcome === 'failed' || (outcome === 'again' && (told.failedForGood || forLong));
  if (failed && !failing) await app.receiverStates.fails(name, notice.lastError ?? 'unknown fault', nowMs);
}

async function followUp(
  app: App,
  key: PlaceKey,
  message: Extract<NoticeMessage, { notice: string }>,
  after: AfterAttempt,
  {
    reason,
    receiver,
    failsNow,
    ofDevice,
  }: Outcome & { readonly failsNow: boolean; readonly ofDevice: boolean },
  log: Log,
): Promise<void> {
  const nowMs = app.now();
  const { notice, outcome, delayMs } = after;
  const names = { sent: 'sent', sentPartly: 'sent', again: 'retried', failed: 'failed' } as const;
  record(log, [
    { name: `notices.${names[outcome]}`, value: 1, receiver: receiver.name, reason },
    { name: 'notices.oldestPendingSeconds', value: Math.round((nowMs - notice.createdAtMs) / 1000) },
  ]);
  const fault = {
    hub: key.hub,
    site: key.kind === 'hub' ? key.hub : key.id,
    notice: notice.noticeId,
    receiver: receiver.name,
    error: notice.lastError,
  };
  switch (outcome) {
    case 'sentPartly':
      log.warn('notice sent in part', fault);
      await app.scheduler.schedule(key, nowMs, nowMs);
      return;
    case 'sent':
      // Nothing follows from the news of one device until its site is looked at anyway, but for its end.
      if (after.told.status === 'closed' || !ofDevice) {
        await app.scheduler.schedule(key, nowMs + shareMs, nowMs);
      }
      return;
    case 'again':
      await app.queues.deliver(message, delayMs);
      if (failsNow) await app.scheduler.schedule(key, nowMs, nowMs);
      return;
    case 'failed':
      log.error('notice failed', fault);
      await app.scheduler.schedule(key, nowMs, nowMs);
      return;
    default:
      outcome satisfies never;
  }
}

const outcomes = { sent: 'sent', sentPartly: 'sent', again: 'temporary', failed: 'failed' } as const;

function entryOf(
  { outcome, notice }: AfterAttempt,
  { receiver, reason }: Outcome,
  atMs: number,
): TimelineEntry {
  const error = outcome === 'sent' ? null : notice.lastError;
  const words = {
    sent: `${receiver.name} was told.`,
    sentPartly: `${receiver.name} was told in part: ${error}.`,
    again: `${receiver.name} could not be reached yet: ${error}.`,
    failed: `${receiver.name} could not be reached: ${error}.`,
  };
  return {
    atMs,
    kind: 'attempt',
    deviceId: null,
    receiver: receiver.name,
    reason,
    sentence: words[outcome],
    outcome: outcomes[outcome],
    error,
  };
}
