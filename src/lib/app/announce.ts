import type { PendingAnnouncement } from '../store/announcements.ts';
import type { Tagged } from '../store/fleet.ts';
import type { Log } from '../telemetry/log.ts';
import type { App } from './app.ts';
import { eachAtMost } from './eachAtMost.ts';
import { forItselfAlone, mostAtOnce, tell } from './tellAnnouncement.ts';

/** A teller that died gives an announcement back this long after the receiver's time-out. */
const leaseMarginMs = 20_000;

/**
 * Tells what is on its way about the responder itself, and of one thing to one receiver the older news first. Who cannot
 * be reached is tried again at the next run after its delay, until `giveUpAfter`; then its fallback is told.
 */
export async function tellAnnouncements(app: App, nowMs: number, log: Log): Promise<void> {
  const pending = await app.announcements.pending(mostAtOnce);
  const lines = new Map<string, Tagged<PendingAnnouncement>[]>();
  for (const one of pending.toSorted((a, b) => a.record.sinceMs - b.record.sinceMs)) {
    const { receiver, announcement } = one.record;
    const line = JSON.stringify([receiver, announcement.about]);
    lines.set(line, [...(lines.get(line) ?? []), one]);
  }
  await eachAtMost(4, [...lines.values()], async (line) => {
    for (const one of line) {
      if (one.record.dueAtMs > nowMs || !(await tellOne(app, one, log))) return;
    }
  });
}

/** Whether it is done with. */
async function tellOne(app: App, { record, etag }: Tagged<PendingAnnouncement>, log: Log): Promise<boolean> {
  const { announcement } = record;
  const receiver = app.rules.receivers.get(record.receiver);
  if (!receiver) {
    const ids = { notice: announcement.id, type: announcement.type, receiver: record.receiver };
    log.warn('announcement dropped', { ...ids, because: 'the receiver was removed' });
    await app.announcements.remove(record, etag);
    return true;
  }
  if (announcement.pointlessFromMs !== undefined && announcement.pointlessFromMs <= app.now()) {
    const ids = { notice: announcement.id, type: announcement.type, receiver: record.receiver };
    log.warn('announcement dropped', { ...ids, because: 'its time is over' });
    await app.announcements.remove(record, etag);
    return true;
  }
  const leasedUntilMs = app.now() + receiver.delivery.timeoutMs + leaseMarginMs;
  const claim = { ...record, attempts: record.attempts + 1, dueAtMs: leasedUntilMs };
  const claimed = await app.announcements.save(claim, etag);
  if (claimed === null) return false;
  const sinceMs = record.sinceMs + record.limitedMs;
  const tried = { sinceMs, attempts: claim.attempts, inLine: true };
  const { error, againAtMs, waited } = await tell(app, announcement, receiver, tried, log);
  if (againAtMs !== null) {
    const limitedMs = record.limitedMs + (waited?.limitedMs ?? 0);
    const next = { ...(waited === null ? claim : record), dueAtMs: againAtMs, limitedMs };
    await app.announcements.save(next, claimed);
    return false;
  }
  if (forItselfAlone(announcement)) {
    if (error === null) await app.receiverStates.works(receiver.name);
    else await app.receiverStates.fails(receiver.name, error, app.now());
  }
  await app.announcements.remove(claim, claimed);
  return true;
}
