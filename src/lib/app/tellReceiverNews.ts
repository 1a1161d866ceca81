import { receiverNews } from '../notify/receiverNews.ts';
import type { Log } from '../telemetry/log.ts';
import type { App } from './app.ts';
import { tell } from './tellAnnouncement.ts';

/** A teller that died gives the word back this long after the receiver's time-out. */
const leaseMarginMs = 20_000;

/**
 * Tells `ops` of receivers that cannot be told, and later that they can be again, once each; about itself it is told
 * nothing. What failed for now is tried again at a later call.
 */
export async function tellReceiverNews(app: App, log: Log): Promise<void> {
  const ops = app.rules.ops === null ? undefined : app.rules.receivers.get(app.rules.ops);
  if (!ops) return;
  for (const [name, { failing, toldSinceMs, tellingUntilMs }] of await app.receiverStates.all()) {
    const news = receiverNews(name, app.rules.receivers.get(name) ?? null, failing, toldSinceMs);
    const nowMs = app.now();
    if (news === null || name === ops.name || tellingUntilMs > nowMs) continue;
    const untilMs = nowMs + ops.delivery.timeoutMs + leaseMarginMs;
    if (!(await app.receiverStates.claimTelling(name, nowMs, untilMs))) continue;
    const sinceMs = failing?.sinceMs ?? nowMs;
    const fallback = ops.fallback === name ? null : ops.fallback;
    const tried = { sinceMs, attempts: 1, inLine: false };
    const { againAtMs } = await tell(app, news, { ...ops, fallback }, tried, log);
    await app.receiverStates.told(
      name,
      againAtMs === null ? { toldSinceMs: news.over ? null : sinceMs } : { againAtMs },
    );
  }
}
