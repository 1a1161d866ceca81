import type { Announcement } from '../notify/announcement.ts';
import type { SendResult } from '../notify/channel.ts';
import { retryDelayMs } from '../notify/delivery/retry.ts';
import type { Receiver } from '../policy/receiver.ts';
import type { Log } from '../telemetry/log.ts';
import { announceTo } from './announceTo.ts';
import type { App } from './app.ts';

/** So many that are on their way are looked at. */
export const mostAtOnce = 50;

/** What came of one attempt to tell a receiver. */
export type ToldOutcome = {
  /** Who knows of it, may know, or will: the receiver, and its fallback once it is on its way there. */
  readonly heardBy: readonly string[];
  /** What went wrong; null: nothing. */
  readonly error: string | null;
  /** When the receiver is to be tried again; null: that was the last attempt. */
  readonly againAtMs: number | null;
  /** Nothing was sent: older news goes first, or its quiet or its limit lets nothing through; of that so much is for the limit. */
  readonly waited: { readonly limitedMs: number } | null;
};

/** How long a receiver has been tried. */
export type Tried = {
  /** Since when `giveUpAfter` counts, milliseconds. */
  readonly sinceMs: number;
  /** With this one. */
  readonly attempts: number;
  /** It is one of those on their way, which are told in their order. */
  readonly inLine: boolean;
};

/**
 * Tells one receiver, once. Where it cannot be told for good, or a part of its recipients cannot, the announcement is put
 * on its way to its fallback; a test and the digest of a shift are for the receiver alone.
 */
export async function tell(
  app: App,
  announcement: Announcement,
  receiver: Receiver,
  tried: Tried,
  log: Log,
): Promise<ToldOutcome> {
  if (!tried.inLine && (await hasOlderNews(app, announcement, receiver))) {
    return { heardBy: [], error: null, againAtMs: app.now(), waited: { limitedMs: 0 } };
  }
  const result = await announceTo(app, announcement, receiver);
  if (result.kind === 'wait') {
    const { untilMs, why } = result;
    const limitedMs = why === 'limit' ? Math.max(0, untilMs - app.now()) : 0;
    return { heardBy: [], error: null, againAtMs: untilMs, waited: { limitedMs } };
  }
  const error = result.kind === 'sent' ? null : result.error;
  const ids = { notice: announcement.id, receiver: receiver.name, type: announcement.type };
  log.info('announcement attempted', { ...ids, result: result.kind, error });
  const refused = result.kind === 'failedPermanently';
  const unheard = refused || (result.kind === 'failedTemporarily' && !result.outcomeUnknown);
  const heardBy = unheard ? [] : [receiver.name];
  const againAtMs = retryAt(result, receiver, tried, app.now(), app.random());
  if (againAtMs !== null || error === null) return { heardBy, error, againAtMs, waited: null };
  log.error('announcement failed', { ...ids, error });
  const { fallback } = receiver;
  if (fallback === null || forItselfAlone(announcement)) {
    return { heardBy, error, againAtMs, waited: null };
  }
  await app.announcements.add(announcement, fallback, app.now());
  return { heardBy: [...heardBy, fallback], error, againAtMs, waited: null };
}

/** Nobody else is told in its place, and that it failed says something of the receiver. */
export function forItselfAlone({ type }: Announcement): boolean {
  return type === 'responder.test' || type === 'shift.digest';
}

/** Whether something else about the same is still on its way to the receiver. */
async function hasOlderNews(app: App, { id, about }: Announcement, { name }: Receiver): Promise<boolean> {
  const pending = await app.announcements.pending(mostAtOnce);
  return pending.some(
    ({ record: { receiver, announcement } }) =>
      receiver === name && announcement.about === about && announcement.id !== id,
  );
}

/** When it is tried again; null: it was told, or has failed for good. */
function retryAt(
  result: SendResult,
  { delivery }: Receiver,
  { sinceMs, attempts }: Tried,
  nowMs: number,
  random: number,
): number | null {
  if (result.kind !== 'failedTemporarily') return null;
  const atMs = nowMs + retryDelayMs(delivery, attempts, result.retryAfterMs, random);
  return atMs > sinceMs + delivery.giveUpAfterMs ? null : atMs;
}
