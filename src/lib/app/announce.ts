import type { SendResult } from '../notify/channel.ts';
import { retryDelayMs } from '../notify/delivery/retry.ts';
import type { Receiver } from '../policy/receiver.ts';
import type { PendingAnnouncement } from '../store/announcements.ts';
import type { Tagged } from '../store/fleet.ts';
import type { Log } from '../telemetry/log.ts';
import { announceTo } from './announceTo.ts';
import type { App } from './app.ts';
import { eachAtMost } from './eachAtMost.ts';

/** A teller that died gives an announcement back this long after the receiver's time-out. */
const leaseMarginMs = 20_000;

/** So many are told in one run. */
const mostAtOnce = 50;

/**
 * Tells what is on its way about the responder itself. Who cannot be reached is tried again at the next run after its
 * delay, until `giveUpAfter`; then its fallback is told.
 */
export async function tellAnnouncements(app: App, nowMs: number, log: Log): Promise<void> {
  const pending = await app.announcements.pending(mostAtOnce);
  const due = pending.filter(({ record }) => record.dueAtMs <= nowMs);
  await eachAtMost(4, due, (one) => tellOne(app, one, log));
}

async function tellOne(app: App, { record, etag }: Tagged<PendingAnnouncement>, log: Log): Promise<void> {
  const receiver = app.rules.receivers.get(record.receiver);
  if (!receiver) {
    log.warn('announcement dropped', { ...idsOf(record), because: 'the receiver was removed' });
    return app.announcements.remove(record, etag);
  }
  const leasedUntilMs = app.now() + receiver.delivery.timeoutMs + leaseMarginMs;
  const claim = { ...record, attempts: record.attempts + 1, dueAtMs: leasedUntilMs };
  const claimed = await app.announcements.save(claim, etag);
  if (claimed === null) return;
  const result = await announceTo(app, record.announcement, receiver);
  if (result.kind === 'wait') {
    await app.announcements.save({ ...record, dueAtMs: result.untilMs }, claimed);
    return;
  }
  const error = result.kind === 'sent' ? null : result.error;
  log.info('announcement attempted', { ...idsOf(record), result: result.kind, error });
  const againAtMs = retryAt(claim, receiver, result, app.now(), app.random());
  if (againAtMs !== null) {
    await app.announcements.save({ ...claim, dueAtMs: againAtMs }, claimed);
    return;
  }
  if (record.announcement.type === 'responder.test') {
    if (error === null) await app.receiverStates.works(receiver.name);
    else await app.receiverStates.fails(receiver.name, error, app.now());
  }
  if (error !== null) {
    log.error('announcement failed', { ...idsOf(record), error });
    if (receiver.fallback !== null && record.announcement.type !== 'responder.test') {
      await app.announcements.add(record.announcement, receiver.fallback, app.now());
    }
  }
  await app.announcements.remove(claim, claimed);
}

/** When it is tried again; null: it was told, or has failed for good. */
function retryAt(
  { attempts, sinceMs }: PendingAnnouncement,
  { delivery }: Receiver,
  result: SendResult,
  nowMs: number,
  random: number,
): number | null {
  if (result.kind !== 'failedTemporarily') return null;
  const atMs = nowMs + retryDelayMs(delivery, attempts, result.retryAfterMs, random);
  return atMs > sinceMs + delivery.giveUpAfterMs ? null : atMs;
}

function idsOf({ announcement, receiver }: PendingAnnouncement) {
  return { notice: announcement.id, type: announcement.type, receiver };
}
