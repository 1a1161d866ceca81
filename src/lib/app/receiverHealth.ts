import type { AttemptResult } from '../incident/afterAttempt.ts';
import type { Told } from '../incident/incident.ts';
import { announcementId } from '../notify/announcement.ts';
import { receiverFailing, receiverWorks } from '../notify/receiverNews.ts';
import type { Receiver } from '../policy/receiver.ts';
import type { App } from './app.ts';

/**
 * Whether a receiver fails, and not only one notice for now: it refused, or it has failed for longer than its fallback
 * waits. null: the attempt tells nothing of that.
 */
export function healthAfter(
  result: AttemptResult,
  told: Told,
  receiver: Receiver,
  nowMs: number,
): 'fails' | 'works' | null {
  if (result.kind === 'sent') return 'works';
  if (result.kind === 'failedPermanently') return 'fails';
  const { failingSinceMs } = told;
  const long = failingSinceMs !== null && nowMs - failingSinceMs >= receiver.fallbackAfterMs;
  return result.kind === 'failedTemporarily' && long ? 'fails' : null;
}

/**
 * Notes whether a receiver fails, and tells `ops` when that changes: once for all its notices and on every instance. The
 * announcement is on its way before the change is noted, and has the same id from whoever makes it.
 */
export async function noteHealth(
  app: App,
  receiver: Receiver,
  health: 'fails' | 'works',
  error: string,
): Promise<void> {
  const { ops } = app.rules;
  // About itself nobody is told anything.
  const listener = ops === receiver.name ? null : ops;
  const nowMs = app.now();
  const idOf = (episode: number) => announcementId(health, receiver.name, episode);
  if (health === 'fails') {
    await app.receiverStates.fails(receiver.name, nowMs, async (episode) => {
      if (listener === null) return;
      await app.announcements.add(receiverFailing(idOf(episode), receiver, error), listener, nowMs);
    });
    return;
  }
  await app.receiverStates.works(receiver.name, async (episode, sinceMs) => {
    if (listener === null) return;
    await app.announcements.add(receiverWorks(idOf(episode), receiver, sinceMs), listener, nowMs);
  });
}
