import { metaPartition } from '../store/keys.ts';
import type { Log } from '../telemetry/log.ts';
import { record } from '../telemetry/metrics.ts';
import type { App } from './app.ts';
import { eachAtMost } from './eachAtMost.ts';
import { tellConfigNews } from './tellConfigNews.ts';

/** A site this much overdue has lost its message. */
const overdueAfterMs = 10_000;

/** The sweep runs each minute and sends the messages of far-off moments that come before its next run. */
const aheadMs = 75_000;

/** By then every instance has looked for a new configuration; one that had not may have evaluated by the old one. */
const settledAfterMs = 75_000;

/** What a run found; `oldestDueMs` is how long the longest waiting site has waited. */
export type Swept = { readonly active: number; readonly woken: number; readonly oldestDueMs: number };

/**
 * The safety net: wakes sites whose wake-up is overdue or too far off for a message, and every active site when the
 * configuration has changed. It reads the list of active sites, never the fleet.
 */
export async function sweep(app: App, nowMs: number, log: Log): Promise<Swept> {
  const stored = await app.fleet.rows.get(metaPartition, 'config');
  const changed = stored?.data !== app.rules.version.hash;
  const reloaded = changed && app.configured.version !== null;
  let [active, woken, waiting, oldestDueMs] = [0, 0, 0, 0];
  for await (const page of app.active.all()) {
    active += page.length;
    waiting += page.filter((site) => site.dueAtMs > nowMs).length;
    const due = page.filter(
      (site) =>
        changed || site.dueAtMs < nowMs - overdueAfterMs || (site.far && site.dueAtMs <= nowMs + aheadMs),
    );
    for (const site of due) oldestDueMs = Math.max(oldestDueMs, nowMs - site.dueAtMs);
    await eachAtMost(16, due, async ({ partition, dueAtMs }) => {
      const delayMs = changed ? 0 : Math.max(0, dueAtMs - nowMs);
      await app.queues.wakeSite(
        reloaded ? { partition, config: app.rules.version.hash } : { partition },
        delayMs,
      );
      if (reloaded) await app.queues.wakeSite({ partition }, settledAfterMs);
    });
    woken += due.length;
  }
  if (changed) {
    await app.fleet.rows.commit(metaPartition, [
      { kind: 'put', key: 'config', data: app.rules.version.hash },
    ]);
    log.info('configuration is new, every active site is looked at', { sites: active });
  }
  await tellConfigNews(app, nowMs, log);
  record(log, [
    { name: 'holds.pending', value: waiting },
    { name: 'sweep.oldestDueSeconds', value: Math.round(oldestDueMs / 1000) },
    { name: 'config.refused', value: app.configured.refused === null ? 0 : 1 },
  ]);
  log.info('swept', { active, woken, oldestDueMs });
  return { active, woken, oldestDueMs };
}
