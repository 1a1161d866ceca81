import type { Announcement } from '../notify/announcement.ts';
import { stableId } from '../notify/stableId.ts';
import { blindnessInWords, lookBack, type SelfWatch } from '../selfWatch/blindness.ts';
import type { Log } from '../telemetry/log.ts';
import type { App } from './app.ts';
import { takeLateEvents } from './lateEvents.ts';

/** The heartbeat waits while something is due for longer. */
const handledWithinMs = 2 * 60_000;

/**
 * The responder watches itself: whether a time was missed, which `ops` is told, and whether everything due has been
 * handled, which the heartbeat tells whoever waits for it.
 *
 * @param swept what this run of the sweep found
 */
export async function watchSelf(
  app: App,
  swept: { readonly woken: number; readonly oldestDueMs: number; readonly oldestNoticeMs: number },
  nowMs: number,
  log: Log,
): Promise<void> {
  await lookForGap(app, swept.oldestDueMs > handledWithinMs ? swept.woken : 0, nowMs, log);
  const { heartbeatUrl } = app.rules.selfWatch;
  if (heartbeatUrl === null) return;
  const oldestMs = Math.max(swept.oldestDueMs, swept.oldestNoticeMs);
  if (oldestMs > handledWithinMs) {
    log.warn('heartbeat held back', { oldestDueSeconds: Math.round(oldestMs / 1000) });
    return;
  }
  const error = await app.heartbeat(heartbeatUrl);
  if (error !== null) log.warn('heartbeat failed', { error });
}

async function lookForGap(app: App, overdueSites: number, nowMs: number, log: Log): Promise<void> {
  const stored = await app.meta.read('selfWatch', readWatch);
  const late = await takeLateEvents(app.meta);
  const { blindAfterMs } = app.rules.selfWatch;
  const { watch, tell } = lookBack(stored?.value ?? null, late, overdueSites, blindAfterMs, nowMs);
  if (tell !== null) {
    const words = blindnessInWords(tell);
    log.warn('responder was blind', {
      from: iso(tell.fromMs),
      until: iso(tell.untilMs),
      events: tell.events,
    });
    const announcement: Announcement = {
      id: stableId('blind', tell.fromMs),
      type: 'responder.wasBlind',
      about: `blind/${tell.fromMs}`,
      over: false,
      ...words,
    };
    if (app.rules.ops !== null) await app.announcements.add(announcement, app.rules.ops, nowMs);
  }
  await app.meta.write('selfWatch', watch, stored?.etag ?? null);
}

const iso = (atMs: number) => new Date(atMs).toISOString();

function readWatch(value: { readonly [field: string]: unknown }): SelfWatch | null {
  const { ranAtMs, open, told } = value as Partial<SelfWatch>;
  return typeof ranAtMs === 'number' ? { ranAtMs, open: open ?? null, told: told ?? null } : null;
}
