import { type Device, deviceKey } from '../device/device.ts';
import { dueAfter } from '../device/dueAfter.ts';
import { type RecentEvents, recordEvents } from '../device/recentEvents.ts';
import { holdEndsAt } from '../device/settle.ts';
import { type TransitionReason, transition } from '../device/transition.ts';
import { formatPlaceKey, type SiteKey, siteKeyOf } from '../directory/placeKey.ts';
import { placeOf, type Site } from '../directory/placeOf.ts';
import type { DeviceEvent } from '../events/event.ts';
import { parseEvents } from '../events/parseEvents.ts';
import { earlier } from '../incident/observe.ts';
import { devicePolicy, sitePolicy } from '../policy/policyFor.ts';
import type { Rules } from '../policy/rules.ts';
import type { TaggedDevice } from '../store/fleet.ts';
import type { HubSeen } from '../store/hubsSeen.ts';
import { transactionLimit } from '../store/rowStore.ts';
import { cut } from '../store/transactions.ts';
import type { Log } from '../telemetry/log.ts';
import { counted, type Metric, record } from '../telemetry/metrics.ts';
import { type App, ContentionError, mostAttempts } from './app.ts';
import { eachAtMost } from './eachAtMost.ts';
import { UnstoredEventsError } from './unstoredEvents.ts';

/** What became of a delivery; counts of events. */
export type Received = { readonly applied: number; readonly foreign: number; readonly malformed: number };

type SiteBatch = { readonly key: SiteKey; readonly site: Site; readonly events: readonly DeviceEvent[] };

const sitesAtOnce = 8;

/**
 * Takes a delivery of Event Grid: one event or many, in either schema. Every source of events ends here.
 *
 * Malformed and foreign events are counted and set aside. The others are applied site by site; a fault of one site's
 * storage is thrown once all sites were tried, and Event Grid then sends the whole delivery again, which is harmless.
 * @throws {UnstoredEventsError} with the events that are to be taken again
 */
export async function receiveEvents(app: App, delivery: unknown, nowMs: number, log: Log): Promise<Received> {
  const batches = new Map<string, SiteBatch & { readonly events: DeviceEvent[] }>();
  let [applied, foreign, malformed] = [0, 0, 0];
  for (const parsed of parseEvents(delivery)) {
    switch (parsed.kind) {
      case 'event': {
        const { event } = parsed;
        const site = placeOf(app.rules, event.deviceId);
        const key = siteKeyOf(event.hubName, site);
        const name = formatPlaceKey(key);
        const batch = batches.get(name) ?? { key, site, events: [] };
        batch.events.push(event);
        batches.set(name, batch);
        applied += 1;
        break;
      }
      case 'foreign':
        foreign += 1;
        log.info('event ignored, its type is not followed', { type: parsed.type.slice(0, 100) });
        break;
      case 'malformed':
        malformed += 1;
        log.warn('malformed event set aside', { eventId: parsed.eventId, problem: parsed.problem });
        break;
      default:
        parsed satisfies never;
    }
  }
  for (const { hubName, lastEventAtMs } of hubsOf(batches.values(), nowMs)) {
    app.lastEvents.note(hubName.toLowerCase(), { hubName, lastEventAtMs }, nowMs, app.pause);
  }
  const faults: unknown[] = [];
  const unstored: DeviceEvent[] = [];
  const done: Applied[] = [];
  await eachAtMost(sitesAtOnce, [...batches.values()], async (batch) => {
    try {
      await applyToSite(app, batch, nowMs, done);
    } catch (error) {
      faults.push(error);
      unstored.push(...batch.events);
    }
  });
  if (app.rules.ops !== null) {
    const events = [...batches.values()].flatMap((batch) => batch.events);
    await app.lateEvents.note(events, nowMs).catch((error) => {
      log.warn('late events not noted', { error: String(error) });
    });
  }
  tellApplied(log, done);
  record(log, receivedMetrics({ applied, foreign, malformed }, done));
  if (faults.length > 0) throw new UnstoredEventsError(faults, unstored);
  return { applied, foreign, malformed };
}

function receivedMetrics(
  { applied, foreign, malformed }: Received,
  done: readonly Applied[],
): readonly Metric[] {
  const points: readonly Metric[] = [
    { name: 'events.received', value: applied + foreign + malformed },
    { name: 'events.foreign', value: foreign },
    { name: 'events.malformed', value: malformed },
    ...counted(
      done,
      ({ effect }) => effect,
      ({ effect: reason }, value) => ({ name: 'devices.transitions', value, reason }),
    ),
  ];
  return points.filter(({ value }) => value > 0);
}

/** An event that was applied, as the log has it. */
type Applied = {
  readonly event: string;
  readonly hub: string;
  readonly site: string;
  readonly device: string;
  readonly kind: DeviceEvent['kind'];
  readonly effect: TransitionReason;
};

/** A trace of Application Insights holds 32 Ki characters; an event of the longest names takes some 600. */
const eventsInLine = 50;

/** A line of an invocation costs the host more than the event does: the events of a delivery share one. */
function tellApplied(log: Log, done: readonly Applied[]): void {
  for (const events of cut(done, eventsInLine)) log.debug('events applied', { events });
}

/**
 * Applies the events of one site.
 *
 * 1. Read the devices that are not cached.
 * 2. Apply each device's events in order of arrival, purely.
 * 3. Note the site in the list for what becomes due, and once among the known ones, before that is written.
 * 4. Keep the events that leave the devices' rows, then write the rows over what was read; the devices at which another writer was faster begin again.
 * 5. Send the wake-up.
 *
 * @param done takes what was applied, also where a later event fails
 */
async function applyToSite(app: App, batch: SiteBatch, nowMs: number, done: Applied[]): Promise<void> {
  const { key, site } = batch;
  let events: readonly DeviceEvent[] = batch.events;
  let wakeAtMs: number | null = null;
  for (let attempt = 0; events.length > 0; attempt++) {
    if (attempt === mostAttempts) throw new ContentionError(`devices of ${site.id}`);
    const known = await readDevices(app, key, events);
    const outcomes = applyAll(app.rules, site, events, known, nowMs);
    const dueAtMs = outcomes.reduce<number | null>((first, one) => earlier(first, one.wakeAtMs), null);
    await Promise.all([
      dueAtMs !== null && app.scheduler.note(key, dueAtMs, nowMs),
      outcomes.some(({ device }) => device !== null) && app.knownSites.note(key),
    ]);
    const lost = new Set(await save(app, key, outcomes));
    // A write that took long may have missed the look that its note brought.
    if (dueAtMs !== null) await app.scheduler.confirm(key, dueAtMs, app.now());
    for (const outcome of outcomes) {
      if (lost.has(outcome)) continue;
      wakeAtMs = earlier(wakeAtMs, outcome.wakeAtMs);
      for (const { event, reason } of outcome.steps) {
        if (reason === 'firstSeen' || reason === 'created') noteNewcomer(app, key, nowMs);
        const { eventId, kind } = event;
        done.push({ event: eventId, hub: key.hub, site: site.id, device: outcome.key, kind, effect: reason });
      }
    }
    // All of these are read again: one that only now came into the cache would be in doubt at the next attempt.
    for (const outcome of lost) app.devices.drop(formatPlaceKey(key), outcome.key);
    events = [...lost].flatMap(({ steps }) => steps.map(({ event }) => event));
  }
  if (wakeAtMs === null) return;
  const newestMs = batch.events.reduce((newest, { eventTimeMs }) => Math.max(newest, eventTimeMs), 0);
  const heldMs = Math.min(wakeAtMs - newestMs, sitePolicy(app.rules, site).offlineAfterMs);
  const atMs = app.now();
  const leftMs = wakeAtMs - atMs;
  await app.scheduler.wake(key, wakeAtMs, atMs, leftMs > 0 ? Math.max(heldMs, leftMs) : leftMs);
}

/** Lists count the devices of a site by its last evaluation: a new one that connects leads to none otherwise. */
function noteNewcomer(app: App, key: SiteKey, nowMs: number): void {
  app.newcomers.note(formatPlaceKey(key), app.rules.version, nowMs, app.pause);
}

function hubsOf(batches: Iterable<SiteBatch>, lastEventAtMs: number): HubSeen[] {
  const names = new Set<string>();
  for (const { events } of batches) for (const { hubName } of events) names.add(hubName);
  return [...names].map((hubName) => ({ hubName, lastEventAtMs }));
}

type Known = TaggedDevice & { readonly cached: boolean };

/** The devices of a batch: cached, or read together. Absent ones have no entry. */
async function readDevices(
  app: App,
  key: SiteKey,
  events: readonly DeviceEvent[],
): Promise<Map<string, Known>> {
  const place = formatPlaceKey(key);
  const known = new Map<string, Known>();
  const missing = new Map<string, DeviceEvent>();
  for (const event of events) {
    const device = deviceKey(event);
    const cached = app.devices.get(place, device);
    if (cached) known.set(device, { ...cached, cached: true });
    else missing.set(device, event);
  }
  if (missing.size > 0) {
    for (const [device, tagged] of await app.fleet.devices(key, [...missing.values()])) {
      known.set(device, { ...tagged, cached: false });
      app.devices.put(place, device, tagged);
    }
  }
  return known;
}

/** What the events of one device come to. */
type DeviceOutcome = {
  readonly key: string;
  readonly steps: readonly { readonly event: DeviceEvent; readonly reason: TransitionReason }[];
  /** null: nothing is to be written. */
  readonly device: Device | null;
  readonly recent: RecentEvents | null;
  /** Events that leave the device's row; null: none do. */
  readonly full: RecentEvents | null;
  readonly etag: string | null;
  /** A cached row answered "nothing to do": only the stored row may say so. */
  readonly doubtful: boolean;
  readonly wakeAtMs: number | null;
};

function applyAll(
  rules: Rules,
  site: Site,
  events: readonly DeviceEvent[],
  known: ReadonlyMap<string, Known>,
  nowMs: number,
): DeviceOutcome[] {
  return [...Map.groupBy(events, deviceKey)].map(([key, own]) => {
    const stored = known.get(key) ?? null;
    const policy = devicePolicy(rules, site, own[0]!.deviceId);
    let device = stored?.record ?? null;
    let [changed, doubtful] = [false, false];
    let wakeAtMs: number | null = null;
    const steps = own.map((event) => {
      const before = device;
      const step = transition(before, event, policy, nowMs);
      if (!step.changed && !changed && step.reason !== 'duplicate') doubtful = true;
      changed ||= step.changed;
      device = step.device;
      const due = dueAfter(before, event, step, holdEndsAt(step.device, policy), nowMs);
      wakeAtMs = earlier(wakeAtMs, due);
      return { event, reason: step.reason, changed: step.changed };
    });
    const { recent, full, added } = recordEvents(
      stored?.record ?? null,
      stored?.recent ?? null,
      steps,
      nowMs,
    );
    // A write shows the tag that was read: it is in no doubt.
    doubtful &&= stored?.cached === true && !added;
    const written = added ? device : null;
    return { key, steps, device: written, recent, full, etag: stored?.etag ?? null, doubtful, wakeAtMs };
  });
}

/** Writes what changed. Answers the devices that must be looked at again: others were faster, or the cache is in doubt. */
async function save(app: App, key: SiteKey, outcomes: readonly DeviceOutcome[]): Promise<DeviceOutcome[]> {
  const place = formatPlaceKey(key);
  const again = outcomes.filter(({ doubtful }) => doubtful);
  const changed = outcomes.filter(({ doubtful, device }) => !doubtful && device !== null);
  const full = changed.flatMap(({ device, full }) =>
    full === null ? [] : [{ device: device!, hubName: device!.hubName, events: full }],
  );
  if (full.length > 0) await app.deviceEvents.keep(key, full);
  for (const part of cut(changed, transactionLimit)) {
    const writes = part.map(({ device, etag, recent }) => ({ device: device!, etag, recent }));
    const tags = await app.fleet.saveDevices(key, writes);
    if (tags === null) again.push(...part);
    else {
      for (const { device, recent } of writes) {
        const name = deviceKey(device);
        app.devices.put(place, name, { record: device, recent, etag: tags.get(name) ?? '' });
      }
    }
  }
  return again;
}
