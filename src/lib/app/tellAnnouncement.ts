import type { Announcement } from '../notify/announcement.ts';
import type { Receiver } from '../policy/receiver.ts';
import type { Log } from '../telemetry/log.ts';
import { announceTo } from './announceTo.ts';
import type { App } from './app.ts';

export type ToldOutcome = {
  readonly receiver: string;
  /** Whether the receiver may have taken it in. */
  readonly heard: boolean;
  /** When to try again; null: that was the last try. */
  readonly retryAfterMs: number | null;
};

/**
 * Tells one receiver, or the fallback of one that cannot be reached for good.
 * @param sinceMs when it was first tried, for how long it is tried on
 */
export async function tell(
  app: App,
  announcement: Announcement,
  receiver: Receiver,
  sinceMs: number,
  log: Log,
): Promise<ToldOutcome> {
  const result = await announceTo(app, announcement, receiver);
  if (result.kind === 'wait') {
    return { receiver: receiver.name, heard: false, retryAfterMs: result.untilMs - app.now() };
  }
  const ids = { notice: announcement.id, receiver: receiver.name, type: announcement.type };
  log.info('announcement attempted', {
    ...ids,
    result: result.kind,
    error: result.kind === 'sent' ? null : result.error,
  });
  if (result.kind === 'sent' || result.kind === 'sentPartly')
    return { receiver: receiver.name, heard: true, retryAfterMs: null };
  const givesUp =
    result.kind === 'failedPermanently' || app.now() - sinceMs > receiver.delivery.giveUpAfterMs;
  if (!givesUp) {
    return { receiver: receiver.name, heard: result.outcomeUnknown, retryAfterMs: result.retryAfterMs ?? 0 };
  }
  const fallback = receiver.fallback === null ? undefined : app.rules.receivers.get(receiver.fallback);
  if (fallback) return tell(app, announcement, fallback, sinceMs, log);
  log.error('announcement failed', { ...ids, error: result.error });
  return { receiver: receiver.name, heard: false, retryAfterMs: null };
}
