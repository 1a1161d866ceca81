import { createHash } from 'node:crypto';
import type { Directory } from '../directory/directory.ts';
import { formatPlaceKey } from '../directory/placeKey.ts';
import { placeOf } from '../directory/placeOf.ts';
import { isNewer, newestOf, type RulesVersion } from '../policy/rules.ts';
import type { Log } from '../telemetry/log.ts';
import { record } from '../telemetry/metrics.ts';
import { tellAnnouncements } from './announce.ts';
import { type App, withFreshControls } from './app.ts';
import { eachAtMost } from './eachAtMost.ts';
import { tellConfigNews } from './tellConfigNews.ts';
import { tellReceiverNews } from './tellReceiverNews.ts';
import { tellShifts } from './tellShifts.ts';
import { testReceivers } from './testReceivers.ts';
import { watchSelf } from './watchSelf.ts';

/** A site this much overdue has lost its message. */
const overdueAfterMs = 10_000;

/** The sweep runs each minute and sends the messages of far-off moments that come before its next run. */
const aheadMs = 75_000;

/** By then every instance has looked for a new configuration; one that had not may have evaluated by the old one. */
const settledAfterMs = 75_000;

const messagesAtOnce = 16;

/** When every known site is looked at after devices have been given to other sites. */
const lookAgainAfterMs = [0, 75_000, 3 * 60_000, 10 * 60_000];

const dayMs = 24 * 60 * 60_000;

/** The daily looks at all sites are spread over so long. */
const recountWithinMs = 6 * 60 * 60_000;

/** What a run found; `oldestDueMs` is how long the longest waiting site has waited. */
export type Swept = { readonly active: number; readonly woken: number; readonly oldestDueMs: number };

/**
 * The safety net: wakes sites whose wake-up is overdue or too far off for a message, and every listed site when the
 * configuration or a control has changed. It reads the list of sites, never the fleet. It also drops what is too old to be kept.
 */
export async function sweep(given: App, nowMs: number, log: Log): Promise<Swept> {
  const app = await withFreshControls(given);
  const { version } = app.rules;
  const stored = await app.meta.read('config', readSwept);
  const changed = !stored?.value || isNewer(version, stored.value);
  if (changed) await app.ruleVersions.note(app.rules, nowMs);
  const { atMs, hash } = version;
  const newFile = !stored?.value || isNewer({ atMs, hash }, stored.value);
  const reloaded = newFile && app.configured.version !== null;
  if (stored?.value) await app.controls.countFrom(stored.value.controls ?? 0);
  // A site may be listed twice, by its evaluation and by an event: it is counted once, and woken once for a moment.
  const listed = new Set<string>();
  const waiting = new Set<string>();
  const woken = new Map<string, number>();
  let oldestDueMs = 0;
  let oldestNoticeMs = 0;
  for await (const page of app.list.all()) {
    const due: { readonly partition: string; readonly delayMs: number }[] = [];
    for (const { place, dueAtMs, needsMessage, lateNoticeMs } of page) {
      const partition = formatPlaceKey(place);
      listed.add(partition);
      if (dueAtMs !== null && dueAtMs > nowMs) waiting.add(partition);
      if (dueAtMs !== null) oldestDueMs = Math.max(oldestDueMs, nowMs - dueAtMs);
      if (lateNoticeMs !== undefined) oldestNoticeMs = Math.max(oldestNoticeMs, nowMs - lateNoticeMs);
      const isDue =
        dueAtMs !== null &&
        (dueAtMs < nowMs - overdueAfterMs || (needsMessage && dueAtMs <= nowMs + aheadMs));
      if (!changed && !isDue) continue;
      const delayMs = changed ? 0 : Math.max(0, (dueAtMs ?? nowMs) - nowMs);
      if ((woken.get(partition) ?? Number.POSITIVE_INFINITY) <= delayMs) continue;
      woken.set(partition, delayMs);
      due.push({ partition, delayMs });
    }
    await eachAtMost(messagesAtOnce, due, async ({ partition, delayMs }) => {
      await app.queues.wakeSite(changed ? { partition, rules: version } : { partition }, delayMs);
      if (reloaded) await app.queues.wakeSite({ partition, rules: version }, settledAfterMs);
    });
  }
  if (changed) {
    const directory = digestOf(app.rules);
    if (stored?.value && stored.value.directory !== directory) await wakeKnownSites(app);
    const newest = stored?.value ? newestOf(stored.value, version) : version;
    await app.meta.write('config', { ...newest, directory }, stored?.etag ?? null);
    const what = newFile ? 'configuration' : 'controls';
    log.info(`${what} changed, every listed site will be evaluated`, { sites: listed.size });
  }
  await tellConfigNews(app, nowMs, log);
  await tellReceiverNews(app, log);
  await watchSelf(app, { woken: woken.size, oldestDueMs, oldestNoticeMs }, nowMs, log);
  await testReceivers(app, nowMs);
  await tellShifts(app, nowMs, log);
  await tellAnnouncements(app, nowMs, log);
  await daily(app, nowMs, log);
  record(log, [
    { name: 'holds.pending', value: waiting.size },
    { name: 'sweep.oldestDueSeconds', value: Math.round(oldestDueMs / 1000) },
    { name: 'config.refused', value: app.configured.refused === null ? 0 : 1 },
  ]);
  const swept: Swept = { active: listed.size, woken: woken.size, oldestDueMs };
  log.info('sweep finished', swept);
  return swept;
}

type SweptRules = RulesVersion & { readonly directory: string };

function readSwept(value: { readonly [field: string]: unknown }): SweptRules | null {
  const { atMs, hash, controls = 0, directory } = value as Partial<SweptRules>;
  return typeof atMs === 'number' && typeof hash === 'string'
    ? { atMs, hash, controls, directory: directory ?? '' }
    : null;
}

/** Changes when devices may belong to other sites, or a site may have another name. */
function digestOf({ sites, sitePattern }: Directory): string {
  const text = JSON.stringify([
    sites.map(({ id, name, devices }) => [id, name, devices]),
    sitePattern?.source ?? null,
  ]);
  return createHash('sha256').update(text).digest('hex');
}

/**
 * Devices that belong elsewhere now may lie at any site, and instances with the rules before go on writing there for a
 * while: every site is looked at several times. A device that is its own site stays so unless the directory has it.
 */
async function wakeKnownSites(app: App): Promise<void> {
  const { version } = app.rules;
  for await (const page of app.knownSites.all()) {
    const moved = page.filter(({ kind, id }) => kind === 'site' || placeOf(app.rules, id).kind === 'site');
    await eachAtMost(messagesAtOnce, moved, async (key) => {
      const message = { partition: formatPlaceKey(key), rules: version };
      for (const delayMs of lookAgainAfterMs) await app.queues.wakeSite(message, delayMs);
    });
  }
}

/** What is done once a day: the days, counted from 1970, on which it was done last. */
type Daily = { readonly droppedDay: number; readonly countedDay: number | null };

/** Once a day old history is dropped, and every site is counted again. */
async function daily(app: App, nowMs: number, log: Log): Promise<void> {
  const day = Math.floor(nowMs / dayMs);
  const stored = await app.meta.read('history', ({ droppedDay, countedDay }): Daily | null =>
    typeof droppedDay === 'number'
      ? { droppedDay, countedDay: typeof countedDay === 'number' ? countedDay : null }
      : null,
  );
  const done = stored?.value ?? { droppedDay: -1, countedDay: null };
  if (done.droppedDay === day && done.countedDay === day) return;
  const counted = done.countedDay === day || (await recount(app, done.countedDay === null, log));
  const dropped = done.droppedDay === day || (await dropOld(app, nowMs, log));
  const next: Daily = {
    droppedDay: dropped ? day : done.droppedDay,
    countedDay: counted ? day : done.countedDay,
  };
  await app.meta.write('history', next, stored?.etag ?? null);
}

/**
 * Has every known site looked at, so that the lists count it as it is: devices that were silent for long are no longer
 * known, and what a crash took along is made good.
 * @param first nobody has counted yet: soon, and once more when instances of the version before are gone, which count
 * nothing
 */
async function recount(app: App, first: boolean, log: Log): Promise<true> {
  const rounds = first ? [0, 5 * 60_000] : [0];
  const spreadMs = first ? 60_000 : recountWithinMs;
  let sites = 0;
  for await (const page of app.knownSites.all()) {
    const eachMs = spreadMs / Math.max(1, page.length);
    await eachAtMost(messagesAtOnce, [...page.entries()], async ([index, key]) => {
      const message = { partition: formatPlaceKey(key), rules: app.rules.version };
      for (const delayMs of rounds) await app.queues.wakeSite(message, Math.round(delayMs + index * eachMs));
    });
    sites += page.length;
  }
  if (sites > 0) log.info('every known site will be counted again', { sites });
  return true;
}

/** What is older than the history is kept; while there is more, at every run. Answers whether nothing is left. */
async function dropOld(app: App, nowMs: number, log: Log): Promise<boolean> {
  const oldestMs = nowMs - app.rules.historyDays * dayMs;
  const stores = [app.history, app.deviceEvents, app.ruleVersions];
  let dropped = 0;
  for (const store of stores) dropped += await store.dropBefore(oldestMs);
  if (dropped > 0) log.info('history dropped', { rows: dropped });
  return dropped === 0;
}
