import { type Device, deviceKey } from '../device/device.ts';
import { holdEndsAt } from '../device/settle.ts';
import { type TransitionReason, transition } from '../device/transition.ts';
import { placeOf, type Site } from '../directory/placeOf.ts';
import type { DeviceEvent } from '../events/event.ts';
import { parseEvents } from '../events/parseEvents.ts';
import { devicePolicy } from '../policy/policyFor.ts';
import type { Tagged } from '../store/fleet.ts';
import { partitionOf } from '../store/keys.ts';
import { transactionLimit } from '../store/rowStore.ts';
import type { Log } from '../telemetry/log.ts';
import { counted, type Metric, record } from '../telemetry/metrics.ts';
import { type App, ContentionError, mostAttempts } from './app.ts';
import { eachAtMost } from './eachAtMost.ts';

/** What became of a delivery; counts of events. */
export type Received = { readonly applied: number; readonly foreign: number; readonly malformed: number };

type SiteBatch = { readonly hub: string; readonly site: Site; readonly events: DeviceEvent[] };

const sitesAtOnce = 8;

/**
 * Takes a delivery of Event Grid: one event or many, in either schema.
 *
 * Malformed and foreign events are counted and set aside. The others are applied site by site; a fault of one site's
 * storage is thrown once all sites were tried, and Event Grid then sends the whole delivery again, which is harmless.
 */
export async function receiveEvents(app: App, delivery: unknown, nowMs: number, log: Log): Promise<Received> {
  const batches = new Map<string, SiteBatch>();
  let [applied, foreign, malformed] = [0, 0, 0];
  for (const parsed of parseEvents(delivery)) {
    switch (parsed.kind) {
      case 'event': {
        const { event } = parsed;
        const site = placeOf(app.rules, event.deviceId);
        const partition = partitionOf(event.hubName, site);
        const batch = batches.get(partition) ?? { hub: event.hubName, site, events: [] };
        batch.events.push(event);
        batches.set(partition, batch);
        applied += 1;
        break;
      }
      case 'foreign':
        foreign += 1;
        log.info('event of a type that is not followed', { type: parsed.type.slice(0, 100) });
        break;
      case 'malformed':
        malformed += 1;
        log.warn('malformed event set aside', { eventId: parsed.eventId, problem: parsed.problem });
        break;
      default:
        parsed satisfies never;
    }
  }
  const faults: unknown[] = [];
  const reasons: TransitionReason[] = [];
  await eachAtMost(sitesAtOnce, [...batches.values()], async (batch) => {
    try {
      for (const part of byDevices(batch.events))
        reasons.push(...(await applyToSite(app, { ...batch, events: part }, nowMs, log)));
    } catch (error) {
      faults.push(error);
    }
  });
  record(log, receivedMetrics({ applied, foreign, malformed }, reasons));
  if (faults.length > 0)
    throw new AggregateError(
      faults,
      `events of ${faults.length} sites could not be stored: ${String(faults[0])}`,
    );
  return { applied, foreign, malformed };
}

function receivedMetrics(
  { applied, foreign, malformed }: Received,
  reasons: readonly TransitionReason[],
): readonly Metric[] {
  const points: readonly Metric[] = [
    { name: 'events.received', value: applied + foreign + malformed },
    { name: 'events.foreign', value: foreign },
    { name: 'events.malformed', value: malformed },
    ...counted(
      reasons,
      (reason) => reason,
      (reason, value) => ({ name: 'devices.transitions', value, reason }),
    ),
  ];
  return points.filter(({ value }) => value > 0);
}

/** Cuts a site's events so that each part touches at most as many devices as a transaction takes. */
function byDevices(events: readonly DeviceEvent[]): DeviceEvent[][] {
  const perDevice = Map.groupBy(events, deviceKey);
  const groups = [...perDevice.values()];
  const parts: DeviceEvent[][] = [];
  for (let start = 0; start < groups.length; start += transactionLimit) {
    parts.push(groups.slice(start, start + transactionLimit).flat());
  }
  return parts;
}

/**
 * Applies the events of one site.
 *
 * 1. Read the devices that are not cached, in one query.
 * 2. Apply each device's events in order of arrival, purely.
 * 3. Write what changed in one transaction, over what was read; when another writer was faster, begin again.
 * 4. Make sure that a wake-up exists for what becomes due.
 */
export async function applyToSite(
  app: App,
  batch: SiteBatch,
  nowMs: number,
  log: Log,
): Promise<TransitionReason[]> {
  const { hub, site, events } = batch;
  const partition = partitionOf(hub, site);
  const keys = new Set(events.map(deviceKey));
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const known = await read(app, batch, partition);
    const outcome = applyAll(app, site, events, known, nowMs);
    // All are read again: one that only now came into the cache would be in doubt at the next attempt.
    const forget = () => {
      for (const key of keys) app.devices.drop(partition, key);
    };
    if (outcome.doubtful) {
      forget();
      continue;
    }
    if (outcome.changed.length > 0) {
      const tags = await app.fleet.saveDevices(hub, site, outcome.changed);
      if (tags === null) {
        forget();
        continue;
      }
      for (const { device } of outcome.changed) {
        const key = deviceKey(device);
        app.devices.put(partition, key, { record: device, etag: tags.get(key) ?? '' });
      }
    }
    for (const { event, reason } of outcome.steps) {
      log.debug(reason, {
        eventId: event.eventId,
        hub,
        site: site.id,
        device: deviceKey(event),
        kind: event.kind,
      });
    }
    if (outcome.wakeAtMs !== null) await app.wakeUps.forEvent(partition, outcome.wakeAtMs, nowMs);
    return outcome.steps.map(({ reason }) => reason);
  }
  throw new ContentionError(`devices of ${site.id}`);
}

/** The devices of a batch: cached, or read in one storage transaction. Absent ones have no entry. */
async function read(app: App, batch: SiteBatch, partition: string): Promise<Map<string, Known>> {
  const known = new Map<string, Known>();
  const missing = new Map<string, DeviceEvent>();
  for (const event of batch.events) {
    const key = deviceKey(event);
    const cached = app.devices.get(partition, key);
    if (cached) known.set(key, { ...cached, cached: true });
    else missing.set(key, event);
  }
  if (missing.size > 0) {
    const found = await app.fleet.devices(batch.hub, batch.site, [...missing.values()]);
    for (const [key, tagged] of found) {
      known.set(key, { ...tagged, cached: false });
      app.devices.put(partition, key, tagged);
    }
  }
  return known;
}

type Known = Tagged<Device> & { readonly cached: boolean };

type Outcome = {
  readonly changed: { device: Device; etag: string | null }[];
  readonly steps: { event: DeviceEvent; reason: TransitionReason }[];
  /** A cached row answered "nothing to do": only the stored row may say so. */
  readonly doubtful: boolean;
  readonly wakeAtMs: number | null;
};

function applyAll(
  app: App,
  site: Site,
  events: readonly DeviceEvent[],
  known: ReadonlyMap<string, Known>,
  nowMs: number,
): Outcome {
  const now = new Map<string, Device | null>();
  const changed = new Set<string>();
  let doubtful = false;
  const steps: Outcome['steps'] = [];
  let wakeAtMs: number | null = null;
  for (const event of events) {
    const key = deviceKey(event);
    const policy = devicePolicy(app.rules, site, event.deviceId);
    const before = now.get(key) ?? known.get(key)?.record ?? null;
    const step = transition(before, event, policy, nowMs);
    steps.push({ event, reason: step.reason });
    if (step.changed) changed.add(key);
    else if (known.get(key)?.cached && !changed.has(key) && step.reason !== 'duplicate') doubtful = true;
    now.set(key, step.device);
    const dueAtMs = dueAfter(before, step, holdEndsAt(step.device, policy), nowMs);
    if (dueAtMs !== null) wakeAtMs = wakeAtMs === null ? dueAtMs : Math.min(wakeAtMs, dueAtMs);
  }
  const writes = [...changed].flatMap((key) => {
    const device = now.get(key);
    return device ? [{ device, etag: known.get(key)?.etag ?? null }] : [];
  });
  return { changed: writes, steps, doubtful, wakeAtMs };
}

/**
 * When the site must be looked at because of an event. A duplicate asks again for what its first copy asked, since
 * that may have died between writing and asking.
 */
function dueAfter(
  before: Device | null,
  step: { device: Device; reason: TransitionReason; changed: boolean },
  holdEndsAtMs: number | null,
  nowMs: number,
): number | null {
  const { device } = step;
  const again = step.reason === 'duplicate';
  if (device.deleted) return before !== null && (step.changed || again) ? nowMs : null;
  if (device.flapping && (again || !before?.flapping)) return nowMs;
  if (holdEndsAtMs !== null) return step.changed || again ? holdEndsAtMs : null;
  if (device.phase === 'offline') return nowMs;
  const wasDown = before !== null && before.phase !== 'online';
  return step.reason === 'created' && wasDown ? nowMs : null;
}
