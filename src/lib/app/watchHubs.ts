import { decideLevel, type HubWatch, neverWatched } from '../hubWatch/decideLevel.ts';
import { dropPolicyOf } from '../hubWatch/dropPolicyOf.ts';
import { levelsOf, lookBackMs } from '../hubWatch/levelsOf.ts';
import type { HubConfig } from '../policy/hubConfig.ts';
import type { Log } from '../telemetry/log.ts';
import type { App } from './app.ts';
import { eachAtMost } from './eachAtMost.ts';

const hubsAtOnce = 4;

/**
 * Looks at the count of connected devices of every hub that is to be watched. A count that cannot be had is logged
 * and decides nothing; a fault of storage is thrown once all hubs were tried.
 */
export async function watchHubs(app: App, nowMs: number, log: Log): Promise<void> {
  const faults: unknown[] = [];
  await eachAtMost(hubsAtOnce, app.rules.hubs, async (hub) => {
    try {
      await watchHub(app, hub, nowMs, log);
    } catch (error) {
      faults.push(error);
    }
  });
  if (faults.length > 0)
    throw new AggregateError(faults, `${faults.length} hubs could not be watched: ${String(faults[0])}`);
}

/**
 * One look at one hub.
 *
 * 1. Read the metric, the devices that are gone by our own events, and what is remembered; decide purely.
 * 2. When something is to be told, note the hub in the list of sites first: no crash loses it.
 * 3. Write what is remembered over what was read; when another instance was faster, it was its look.
 * 4. Let the hub's incidents be evaluated. While the loss lasts at every look: a repeat changes nothing, and a crash or
 *    another configuration leaves nothing asleep.
 */
async function watchHub(app: App, hub: HubConfig, nowMs: number, log: Log): Promise<void> {
  const key = { hub: hub.name, kind: 'hub' } as const;
  const [answer, away, stored] = await Promise.all([
    app.hubMetrics.connectedDevices(hub.resourceId, nowMs - lookBackMs, nowMs),
    app.list.awayOfHub(hub.name),
    app.hubWatches.read(hub.name),
  ]);
  if (answer.kind === 'unavailable')
    log.warn('hub metric not available', { hub: hub.name, because: answer.reason });
  const before = stored?.record ?? neverWatched;
  const levels = levelsOf(answer.kind === 'points' ? answer.points : [], nowMs);
  const decision = decideLevel({ ...levels, away }, before, dropPolicyOf(app.rules, hub), nowMs);
  log.info('hub level checked', {
    hub: hub.name,
    reason: decision.reason,
    connected: levels.connected,
    hourAgo: levels.hourAgo,
    away,
  });
  const tells = isToldOf(before, decision.watch);
  if (tells) await app.scheduler.note(key, nowMs, nowMs);
  if ((await app.hubWatches.save(hub.name, decision.watch, stored?.etag ?? null)) === null) return;
  if (tells) await app.scheduler.wake(key, nowMs, nowMs);
}

/** Whether there is a loss to be told of, or the end of one. */
function isToldOf(before: HubWatch, { drop, changedAtMs }: HubWatch): boolean {
  const lost = drop !== null && drop.raisedAtMs !== null;
  return lost || changedAtMs !== before.changedAtMs;
}
