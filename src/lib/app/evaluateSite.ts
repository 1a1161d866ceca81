import { type Device, deviceKey } from '../device/device.ts';
import {
  formatPlaceKey,
  type PlaceKey,
  parsePlaceKey,
  type SiteKey,
  siteKeyOf,
} from '../directory/placeKey.ts';
import { placeOf } from '../directory/placeOf.ts';
import { awayCount } from '../hubWatch/awayCount.ts';
import { evaluateHub } from '../hubWatch/evaluateHub.ts';
import { type Evaluation, evaluate } from '../incident/evaluate.ts';
import type { Notice } from '../incident/incident.ts';
import type { SiteAt } from '../incident/observe.ts';
import { type SiteNumbers, siteNumbers } from '../incident/siteCounts.ts';
import { isNewer } from '../policy/rules.ts';
import type { LoadedPlace, LoadedSite } from '../store/fleet.ts';
import { readEvaluationMessage } from '../store/queueMessages.ts';
import type { SiteCard } from '../store/siteCard.ts';
import type { Listed, SiteCounts } from '../store/siteList.ts';
import type { Log } from '../telemetry/log.ts';
import { counted, type Metric, record } from '../telemetry/metrics.ts';
import {
  type App,
  ContentionError,
  mostAttempts,
  notOutdated,
  OutdatedRulesError,
  withFreshControls,
} from './app.ts';
import { cardOf } from './cardOf.ts';
import { eachAtMost } from './eachAtMost.ts';
import { moveDevice } from './moveDevice.ts';
import { openItems } from './openItems.ts';
import { siteOfKey } from './places.ts';
import { requeueOnStorageFault } from './requeueOnStorageFault.ts';

/** What is due later than this gets no message now: the sweep sends it when the time is near. */
const messageHorizonMs = 15 * 60_000;

/** A site with an open incident of which nothing is due is looked at once a day all the same. */
const checkUpMs = 24 * 60 * 60_000;

/** A message may come this much before what it was sent for. */
const earlyMs = 1_000;

/** How many messages are sent side by side. */
const messagesAtOnce = 8;

/**
 * Looks at the place that a message of the queue `site-evaluations` names: a site, or a hub's own count.
 *
 * 1. Read the list's rows of the place, then the place itself; never decide by older rules than the last decision.
 * 2. Decide purely; write the decision over what was read, or begin again.
 * 3. Move devices that belong elsewhere.
 * 4. Send the messages of the new notices, and again those of overdue ones.
 * 5. Send the next wake-up, then note it in the list over what was read in step 1.
 *
 * A crash after step 2 leaves pending notices without a message; the next evaluation finds them overdue. Until step 5
 * the list says that the place is due, so the sweep brings that evaluation.
 */
export async function evaluateSite(by: App, content: unknown, nowMs: number, log: Log): Promise<void> {
  const message = readEvaluationMessage(content);
  const key = parsePlaceKey(message.partition)!;
  await requeueOnStorageFault(
    async () => {
      const { rules } = message;
      const app = await withFreshControls(by);
      const old = rules !== undefined && isNewer(rules, app.rules.version);
      const given = old ? await app.latest() : app;
      // A look by older rules is none of those that the newer ones asked for.
      if (rules !== undefined && isNewer(rules, given.rules.version)) {
        throw new OutdatedRulesError('this instance has older rules than those that ask for this look');
      }
      await look(given, key, rules !== undefined, nowMs, log);
    },
    (delayMs) => by.queues.wakeSite(message, delayMs),
    log,
  );
}

/** What one look at a place came to. */
type Look = {
  readonly app: App;
  readonly loaded: LoadedPlace;
  readonly result: Evaluation;
  readonly counts: SiteCounts;
  readonly card: SiteCard | null;
  readonly misplaced: readonly Device[];
};

/** @param always also when the list says that nothing is due yet: the rules are new */
async function look(given: App, key: PlaceKey, always: boolean, nowMs: number, log: Log): Promise<void> {
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const listed = await given.list.read(key);
    if (!always && attempt === 0 && isEarly(listed, nowMs))
      return await keepTouched(given, key, listed, nowMs);
    const { app, loaded, result, counts, card, misplaced } = await lookOnce(given, key, nowMs);
    const { version } = app.rules;
    const changes = result.changes.length > 0 || loaded.orphans.length > 0;
    if (changes) {
      await app.ruleVersions.note(app.rules, nowMs);
      if ((await app.fleet.saveChanges(loaded, result.changes, version)) === 'superseded') continue;
      logChanges(log, loaded, result);
    } else if (needsNote(loaded, misplaced, version)) {
      const noted = await app.fleet.noteRules(key, loaded.guard, loaded.hubName, version);
      if (noted === 'superseded') continue;
    }
    recordNotices(log, loaded, result, nowMs);
    const stayed = await moveMisplaced(app, loaded, misplaced, nowMs, log);
    await sendNotices(app, loaded, result);
    const atMs = result.nextAtMs ?? nowMs + checkUpMs;
    const far = atMs - nowMs > messageHorizonMs;
    const wakeAtMs = result.wakeAtMs ?? nowMs + checkUpMs;
    const isNear = wakeAtMs - nowMs <= messageHorizonMs;
    if (isNear && !result.idle) await app.scheduler.reschedule(key, wakeAtMs, nowMs);
    // A device that could not be moved is looked at again, as if nothing had been noted.
    if (stayed) return;
    const idle = result.idle && counts.away === 0;
    const dueAtMs = result.idle ? null : atMs;
    const late = result.overdue.map((notice) => notice.dueAtMs);
    const lateNoticeMs = late.length > 0 ? { lateNoticeMs: Math.min(...late) } : {};
    const needsMessage = far && dueAtMs !== null;
    const next = idle ? null : { place: key, dueAtMs, needsMessage, ...lateNoticeMs, counts };
    if (await app.list.save(key, listed, next, openItems(app, key, loaded, result), nowMs, card)) return;
  }
  throw new ContentionError(`evaluation of ${key.kind === 'hub' ? key.hub : key.id}`);
}

/**
 * Whether a message is left over: what it was sent for has been seen, and what is due next has a message of its own or is
 * left to the sweep. Whoever makes something due notes that before.
 */
function isEarly({ summary, touch }: Listed, nowMs: number): boolean {
  const dueAtMs = summary?.record.dueAtMs ?? null;
  return (
    dueAtMs !== null &&
    dueAtMs > nowMs + earlyMs &&
    (touch === null || touch.record.dueAtMs > nowMs + earlyMs)
  );
}

/** What a message that is left over was to serve, besides what it was sent for, needs another one. */
async function keepTouched(app: App, key: PlaceKey, { touch }: Listed, nowMs: number): Promise<void> {
  if (touch !== null) await app.scheduler.reschedule(key, touch.record.dueAtMs, nowMs);
}

async function lookOnce(given: App, key: PlaceKey, nowMs: number): Promise<Look> {
  if (key.kind === 'hub') {
    const loaded = await given.fleet.loadHub(key.hub);
    const app = await notOutdated(given, loaded.guard?.record ?? null);
    const result = evaluateHub(app.rules, loaded.view, nowMs);
    const counts: SiteCounts = { known: 0, offline: 0, flapping: 0, silenced: 0, away: 0 };
    const card = cardOf(app.rules, loaded, result, null);
    return { app, loaded, result, counts, card, misplaced: [] };
  }
  const loaded = await given.fleet.loadSite(key.hub, siteOfKey(given.rules, key));
  const app = await notOutdated(given, loaded.guard?.record ?? null);
  const view = { ...loaded.view, site: siteOfKey(app.rules, key) };
  const result = evaluate(app.rules, view, nowMs);
  const { misplaced } = result.site;
  const numbers = siteNumbers(result.site, loaded.hubName);
  const card = cardOf(app.rules, loaded, result, numbers);
  return { app, loaded, result, counts: countsOf(loaded, result.site, numbers), card, misplaced };
}

/**
 * Whoever has looked lets nobody with older rules decide here any more; who moves a device takes the guard, so that
 * nobody else moves one at the same time.
 */
function needsNote(
  { guard }: LoadedPlace,
  misplaced: readonly Device[],
  version: App['rules']['version'],
): boolean {
  return guard === null || isNewer(version, guard.record.rules) || misplaced.length > 0;
}

function countsOf({ view }: LoadedSite, site: SiteAt, numbers: SiteNumbers): SiteCounts {
  const misplaced = new Set(site.misplaced);
  const { known, offline, flapping, silenced } = numbers;
  const away = awayCount(view.devices.filter((device) => !misplaced.has(device)));
  return { known, offline, flapping, silenced, away };
}

async function sendNotices(app: App, { key }: LoadedPlace, result: Evaluation): Promise<void> {
  const notices = [...result.changes.flatMap((change) => change.notices), ...result.overdue];
  const partition = formatPlaceKey(key);
  await eachAtMost(messagesAtOnce, notices, ({ incidentId, noticeId }) =>
    app.queues.deliver({ partition, incident: incidentId, notice: noticeId }, 0),
  );
  await eachAtMost(messagesAtOnce, result.asks, (incidentId) =>
    app.queues.deliver({ partition, askLogsFor: incidentId }, 0),
  );
}

/**
 * Devices that the rules give to another site now go there, with all that is known of them. Answers whether one stayed:
 * another writer was faster.
 */
async function moveMisplaced(
  app: App,
  loaded: LoadedPlace,
  misplaced: readonly Device[],
  nowMs: number,
  log: Log,
): Promise<boolean> {
  if (misplaced.length === 0 || loaded.key.kind === 'hub') return false;
  const from: SiteKey = loaded.key;
  const { deviceTags } = loaded as LoadedSite;
  const homes = new Map<string, SiteKey>();
  for (const { deviceId } of misplaced) {
    const to = siteKeyOf(from.hub, placeOf(app.rules, deviceId));
    homes.set(formatPlaceKey(to), to);
  }
  // First the list: a crash between two moves must not leave devices at a site that nobody looks at.
  for (const home of homes.values()) {
    await app.scheduler.note(home, nowMs, nowMs);
    await app.fleet.claimPlace(home, loaded.hubName, app.rules.version);
  }
  let stayed = false;
  for (const device of misplaced) {
    const to = siteKeyOf(from.hub, placeOf(app.rules, device.deviceId));
    const moved = await moveDevice(app, from, to, device, deviceTags.get(deviceKey(device)) ?? '');
    if (!moved) stayed = true;
    else {
      log.info('device moved to another site', {
        hub: from.hub,
        device: device.deviceId,
        from: from.id,
        to: to.id,
      });
    }
  }
  for (const partition of homes.keys()) await app.queues.wakeSite({ partition }, 0);
  if (stayed) await app.scheduler.schedule(from, nowMs + stayedAgainMs, nowMs);
  return stayed;
}

/** A device at which another writer was faster is moved by another look. */
const stayedAgainMs = 1_000;

function logChanges(log: Log, loaded: LoadedPlace, result: Evaluation): void {
  const { key, files, hubName } = loaded;
  for (const { incident, notices, dropped, archived } of result.changes) {
    const site = key.kind === 'hub' ? hubName : key.id;
    const ids = { hub: hubName, site, incident: incident.incidentId };
    if (!files.has(incident.incidentId))
      log.info('incident opened', { ...ids, subject: incident.subject.kind, severity: incident.severity });
    for (const notice of notices)
      log.info('notice decided', {
        ...ids,
        notice: notice.noticeId,
        receiver: notice.receiver,
        reason: notice.reason,
      });
    for (const notice of dropped)
      log.warn('notice dropped', {
        ...ids,
        notice: notice.noticeId,
        receiver: notice.receiver,
        because: notice.lastError,
      });
    if (archived) log.info('incident closed', ids);
  }
}

function recordNotices(log: Log, { files }: LoadedPlace, { changes }: Evaluation, nowMs: number): void {
  const points = (name: 'notices.decided' | 'notices.dropped', notices: readonly Notice[]) =>
    counted<Notice>(
      notices,
      ({ receiver, reason }) => `${reason} ${receiver}`,
      ({ receiver, reason }, value) => ({ name, value, receiver, reason }),
    );
  let oldestMs: number | null = null;
  for (const { file } of files.values()) {
    for (const { state, createdAtMs } of file.notices) {
      if (state === 'pending') oldestMs = Math.max(oldestMs ?? 0, nowMs - createdAtMs);
    }
  }
  const oldest: readonly Metric[] =
    oldestMs === null ? [] : [{ name: 'notices.oldestPendingSeconds', value: Math.round(oldestMs / 1000) }];
  record(log, [
    ...points(
      'notices.decided',
      changes.flatMap(({ notices }) => notices),
    ),
    ...points(
      'notices.dropped',
      changes.flatMap(({ dropped }) => dropped),
    ),
    ...oldest,
  ]);
}
