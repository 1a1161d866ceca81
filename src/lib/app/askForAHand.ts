import { leftByHand, withMoreLeft } from '../notify/receiverNews.ts';
import { type App, ContentionError, mostAttempts } from './app.ts';

/** What one announcement lists at most; the others go with the next one. */
const mostInOne = 100;

/** So many that are on their way are looked at. */
const mostLookedAt = 50;

/**
 * Tells `ops` what a notice has left for a person to do, also while its receiver counts as failing. What is left of one
 * receiver until the next sweep comes as one list. About itself `ops` is told nothing.
 *
 * @param error what is left to do
 */
export async function askForAHand(
  app: App,
  receiver: string,
  noticeId: string,
  error: string,
): Promise<void> {
  const { ops } = app.rules;
  if (ops === null || ops === receiver) return;
  const news = leftByHand(noticeId, receiver, error);
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const pending = await app.announcements.pending(mostLookedAt);
    const open = pending.find(
      ({ record }) =>
        record.receiver === ops &&
        record.announcement.about === news.about &&
        record.attempts === 0 &&
        record.announcement.problems.length < mostInOne,
    );
    if (!open) return app.announcements.add(news, ops, app.now());
    const { announcement } = open.record;
    if (announcement.problems.includes(error)) return;
    const more = { ...open.record, announcement: withMoreLeft(announcement, receiver, news) };
    if ((await app.announcements.save(more, open.etag)) !== null) return;
  }
  throw new ContentionError(`what is left of notice ${noticeId}`);
}
