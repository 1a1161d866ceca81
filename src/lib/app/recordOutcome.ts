import type { Site } from '../directory/placeOf.ts';
import { diagnosisKeyOf } from '../incident/diagnosisSchedule.ts';
import type { Incident, Notice, Told } from '../incident/incident.ts';
import { factsOf, failedFacts } from '../incident/ledger.ts';
import type { SendResult } from '../notify/channel.ts';
import { retryDelayMs } from '../notify/delivery/retry.ts';
import type { Message } from '../notify/message.ts';
import type { Receiver } from '../policy/receiver.ts';
import { partitionOf } from '../store/keys.ts';
import type { Log } from '../telemetry/log.ts';
import { record } from '../telemetry/metrics.ts';
import { type App, ContentionError, mostAttempts } from './app.ts';

/** One request to a receiver and its answer. */
export type Attempt = {
  /** The notice as it was before it was claimed. */
  readonly before: Notice;
  readonly text: Message;
  /** The incident as the message tells it. */
  readonly incident: Incident;
  readonly result: SendResult;
  readonly receiver: Receiver;
};

/** Writes what came of an attempt, with what the receiver knows now, and sees to what follows. */
export async function recordOutcome(
  app: App,
  hub: string,
  site: Site,
  attempt: Attempt,
  log: Log,
): Promise<void> {
  const { before, text, incident, result, receiver } = attempt;
  const { noticeId } = before;
  const partition = partitionOf(hub, site);
  const count = (outcome: 'sent' | 'retried' | 'failed', ageMs: number) =>
    record(log, [
      { name: `notices.${outcome}`, value: 1, receiver: receiver.name, reason: text.reason },
      { name: 'notices.oldestPendingSeconds', value: Math.round(ageMs / 1000) },
    ]);
  for (let round = 0; round < mostAttempts; round++) {
    const loaded = await app.fleet.loadSite(hub, site);
    const notice = loaded.view.notices.find((candidate) => candidate.noticeId === noticeId);
    const told = loaded.view.told.find((entry) => entry.pendingNoticeId === noticeId);
    if (!notice || !told) return;
    const nowMs = app.now();
    const released: Notice = { ...notice, leasedUntilMs: 0 };
    const facts = factsOf(incident, diagnosisKeyOf(text.diagnosis));
    const heard: Told = {
      ...told,
      facts,
      lastNoticeAtMs: nowMs,
      pendingNoticeId: null,
      failingSinceMs: null,
    };
    const final = notice.kind === 'final';
    if (result.kind === 'sent') {
      const sent: Notice = {
        ...released,
        state: 'sent',
        reason: text.reason,
        lastError: null,
        finishedAtMs: nowMs,
      };
      const knows: Told = { ...heard, status: final ? 'closed' : 'told', failedForGood: false };
      if ((await app.fleet.saveNotice(loaded, sent, knows)) === 'superseded') continue;
      count('sent', nowMs - notice.createdAtMs);
      await app.wakeUps.forEvent(partition, nowMs + 500, nowMs);
      return;
    }
    const delayMs =
      result.kind === 'failedTemporarily'
        ? retryDelayMs(receiver.delivery, notice.attempts, result.retryAfterMs, app.random())
        : null;
    const givesUp = nowMs + (delayMs ?? 0) > notice.createdAtMs + receiver.delivery.giveUpAfterMs;
    if (delayMs === null || givesUp) {
      const failed: Notice = { ...released, state: 'failed', lastError: result.error, finishedAtMs: nowMs };
      const knows: Told = {
        ...heard,
        facts: failedFacts(before.maybeRead, facts),
        status: final ? 'closed' : told.status,
        failedForGood: true,
      };
      if ((await app.fleet.saveNotice(loaded, failed, knows)) === 'superseded') continue;
      count('failed', nowMs - notice.createdAtMs);
      log.error('notice failed', {
        hub,
        site: site.id,
        notice: noticeId,
        receiver: receiver.name,
        error: result.error,
      });
      await app.wakeUps.forEvent(partition, nowMs, nowMs);
      return;
    }
    const unknown = result.kind === 'failedTemporarily' && result.outcomeUnknown;
    const waiting: Notice = {
      ...released,
      lastError: result.error,
      dueAtMs: nowMs + delayMs,
      // The claim has noted these facts; a receiver that refused them has not taken them in.
      maybeRead: unknown ? notice.maybeRead : before.maybeRead,
    };
    const failing: Told = { ...told, failingSinceMs: told.failingSinceMs ?? nowMs };
    if ((await app.fleet.saveNotice(loaded, waiting, failing)) === 'superseded') continue;
    count('retried', nowMs - notice.createdAtMs);
    await app.queues.deliver({ partition, notice: noticeId }, delayMs);
    if (told.failingSinceMs === null) await app.wakeUps.forEvent(partition, nowMs, nowMs);
    return;
  }
  throw new ContentionError(`outcome of notice ${noticeId}`);
}
