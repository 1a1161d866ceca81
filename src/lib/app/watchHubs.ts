import type { ConnectionEvent } from '../events/event.ts';
import { decideLevel, neverWatched } from '../hubWatch/decideLevel.ts';
import { dropPolicyOf } from '../hubWatch/dropPolicyOf.ts';
import { hubSite } from '../hubWatch/hubSite.ts';
import { levelsOf, lookBackMs } from '../hubWatch/levelsOf.ts';
import type { HubConfig } from '../policy/hubConfig.ts';
import type { StoredWatch } from '../store/hubWatches.ts';
import type { Log } from '../telemetry/log.ts';
import type { App } from './app.ts';
import { eachAtMost } from './eachAtMost.ts';
import { applyToSite } from './receiveEvents.ts';

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
 * 2. Write what is remembered over what was read; when another instance was faster, it was its look.
 * 3. Tell the hub's site, as an event of the one device that stands for the hub's connections. While the loss lasts
 *    at every look: a repeat changes nothing, and wakes a site that a crash or another configuration left asleep.
 */
async function watchHub(app: App, hub: HubConfig, nowMs: number, log: Log): Promise<void> {
  const site = hubSite(app.rules, hub.name);
  const [answer, away, stored] = await Promise.all([
    app.hubMetrics.connectedDevices(hub.resourceId, nowMs - lookBackMs, nowMs),
    app.awayCounts.ofHub(hub.name),
    app.hubWatches.read(site),
  ]);
  if (answer.kind === 'unavailable')
    log.warn('hub metric not available', { hub: hub.name, because: answer.reason });
  const before = stored?.record ?? { ...neverWatched, announced: true };
  const levels = levelsOf(answer.kind === 'points' ? answer.points : [], nowMs);
  const decision = decideLevel({ ...levels, away }, before, dropPolicyOf(app.rules, hub), nowMs);
  const changed = decision.watch.changedAtMs !== before.changedAtMs;
  const watch: StoredWatch = { ...decision.watch, announced: before.announced && !changed };
  log.info('hub looked at', {
    hub: hub.name,
    reason: decision.reason,
    connected: levels.connected,
    hourAgo: levels.hourAgo,
    away,
  });
  const etag = await app.hubWatches.save(site, watch, stored?.etag ?? null);
  if (etag === null) return;
  const event = eventOf(hub, site.id, watch);
  if (event === null || (event.kind === 'connected' && watch.announced)) return;
  await applyToSite(app, { hub: hub.name, site, events: [event] }, nowMs, log);
  if (!watch.announced) await app.hubWatches.save(site, { ...watch, announced: true }, etag);
}

/** The newest change as an event. Its number is the time of the change: the same at every repeat, and growing. */
function eventOf(hub: HubConfig, deviceId: string, watch: StoredWatch): ConnectionEvent | null {
  const { changedAtMs, drop } = watch;
  if (changedAtMs === null) return null;
  const lost = drop !== null && drop.raisedAtMs !== null;
  return {
    kind: lost ? 'disconnected' : 'connected',
    eventId: '',
    deviceId,
    moduleId: null,
    hubName: hub.name,
    hubResourceId: hub.resourceId,
    eventTimeMs: lost ? drop.sinceMs : changedAtMs,
    sequenceNumber: changedAtMs.toString(16).toUpperCase().padStart(64, '0'),
  };
}
