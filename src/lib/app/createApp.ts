import { setTimeout } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';
import type { SignIn } from '../access/principal.ts';
import type { ConfigSource } from '../config/configStatus.ts';
import { fixedConfig } from '../config/configStatus.ts';
import type { Diagnoser } from '../diagnosis/diagnosis.ts';
import { createHubMetrics, type HubMetrics, noHubMetrics } from '../hubWatch/hubMetrics.ts';
import type { Channels } from '../notify/channel.ts';
import { openChannels } from '../notify/channels/registry.ts';
import { ReceiverBulkhead } from '../notify/delivery/receiverBulkhead.ts';
import { isNewer, type Rules } from '../policy/rules.ts';
import { createAnnouncements } from '../store/announcements.ts';
import { createControlStore } from '../store/controls.ts';
import { createDeviceEvents } from '../store/deviceEvents.ts';
import { createDueQuestions } from '../store/dueQuestions.ts';
import { createFleet } from '../store/fleet.ts';
import { createHistory } from '../store/history.ts';
import { createHubsSeen } from '../store/hubsSeen.ts';
import { createHubWatches } from '../store/hubWatches.ts';
import { createKnownSites } from '../store/knownSites.ts';
import { createLinkKeys } from '../store/linkKeys.ts';
import { createLogTurns } from '../store/logTurns.ts';
import { createMetaRows } from '../store/metaRows.ts';
import { createPresses } from '../store/presses.ts';
import type { EventQueue, Queues } from '../store/queues.ts';
import { createRateLimits } from '../store/rateLimits.ts';
import { createReceiverStates } from '../store/receiverStates.ts';
import type { RowStore } from '../store/rowStore.ts';
import { createRuleVersions } from '../store/ruleVersions.ts';
import { createSiteList } from '../store/siteList.ts';
import { createStorageQueues } from '../store/storageQueues.ts';
import { createTableRows } from '../store/tableRows.ts';
import { createWaitingNotices } from '../store/waitingNotices.ts';
import type { App } from './app.ts';
import { DeviceCache, mostCached } from './deviceCache.ts';
import { callHeartbeat } from './heartbeat.ts';
import { LateEventNotes } from './lateEvents.ts';
import { FleetOverview } from './lists/overview.ts';
import { LiveControls, withControls } from './liveControls.ts';
import { LogQuestions } from './logQuestions.ts';
import { Paced } from './paced.ts';
import { type AppSettings, type Env, readerOf, readSettings } from './settings.ts';
import type { RecordStores } from './siteRecord.ts';
import { SiteScheduler } from './siteScheduler.ts';

export const tableName = 'Fleet';

/** Deliveries that an instance runs at once: host.json's batchSize + newBatchThreshold. */
export const deliverySlots = 24;

/** What the edges supply; tests and the simulation supply others. */
export type Edges = {
  readonly rows: RowStore;
  readonly queues: Queues;
  /** Left out: events come from Event Grid alone, which sends them again itself. */
  readonly keptEvents?: EventQueue;
  readonly channels: Channels;
  readonly diagnoser: Diagnoser;
  /** Left out: hubs are not watched. */
  readonly hubMetrics?: HubMetrics;
  /** Left out: nobody is called. */
  readonly heartbeat?: App['heartbeat'];
  readonly publicUrl: string | null;
  /** Left out: nobody can sign in. */
  readonly signIn?: SignIn;
  /** Looks for a newer configuration; left out: it stays as it is. */
  readonly latestRules?: () => Promise<Rules>;
  /** Left out: who decides or delivers looks for controls only when somebody has decided by newer ones. */
  readonly looksAtControls?: boolean;
  readonly now: () => number;
  readonly pause: App['pause'];
  readonly random: () => number;
};

const noEventQueue: EventQueue = { keep: () => Promise.reject(new Error('events are not kept here')) };

/** Puts an instance together. */
export function composeApp(rules: Rules, edges: Edges): App {
  const {
    rows,
    queues,
    keptEvents = noEventQueue,
    channels,
    diagnoser,
    hubMetrics = noHubMetrics,
    heartbeat = async () => null,
    publicUrl,
    signIn = 'off',
    now,
    pause,
    random,
  } = edges;
  const list = createSiteList(rows);
  const history = createHistory(rows);
  const meta = createMetaRows(rows);
  const hubs = createHubsSeen(rows);
  const controls = new LiveControls(createControlStore(rows), edges.looksAtControls ?? false);
  const app: App = {
    rules,
    latest: async () => {
      const newer = await edges.latestRules?.();
      const base = newer && isNewer(newer.version, rules.version) ? newer : rules;
      const newest = withControls(base, await controls.refresh(now(), 0));
      return newest === rules ? app : { ...app, rules: newest };
    },
    controls,
    configured: fixedConfig(rules).status,
    fleet: createFleet(rows, history),
    history,
    deviceEvents: createDeviceEvents(rows),
    ruleVersions: createRuleVersions(rows),
    list,
    knownSites: createKnownSites(rows),
    hubWatches: createHubWatches(rows),
    receiverStates: createReceiverStates(rows),
    rateLimits: createRateLimits(rows),
    waitingNotices: createWaitingNotices(rows),
    meta,
    linkKeys: createLinkKeys(meta),
    presses: createPresses(rows),
    announcements: createAnnouncements(rows),
    lateEvents: new LateEventNotes(meta),
    heartbeat,
    queues,
    keptEvents,
    scheduler: new SiteScheduler(queues, list),
    newcomers: new Paced(2_000, 60_000, (partition, version) =>
      queues.wakeSite({ partition, rules: version }, 0),
    ),
    hubs,
    overview: new FleetOverview(list, now),
    lastEvents: new Paced(2_000, 30_000, (_hub, seen) => hubs.note(seen)),
    devices: new DeviceCache(mostCached(getHeapStatistics().heap_size_limit)),
    questions: new LogQuestions(),
    dueQuestions: createDueQuestions(rows),
    logTurns: createLogTurns(rows),
    diagnoser,
    hubMetrics,
    channels,
    bulkhead: new ReceiverBulkhead(deliverySlots),
    publicUrl,
    signIn,
    now,
    // A budget may be over by now.
    pause: (ms, signal) => pause(Math.max(0, ms), signal),
    random,
  };
  return app;
}

/** For who reads the record beside an app. @param rules what a version on record lacks is as in them */
export function openRecord(rows: RowStore, rules: Rules): RecordStores {
  const history = createHistory(rows);
  return {
    rules,
    history,
    fleet: createFleet(rows, history),
    deviceEvents: createDeviceEvents(rows),
    ruleVersions: createRuleVersions(rows),
    knownSites: createKnownSites(rows),
  };
}

/** The configuration is looked at about this often while an instance is used. */
const lookEveryMs = 60_000;

/** For who must have the newest: a look this young serves all who ask at once. */
const freshMs = 2_000;

/** An instance that is running. Its parts stay; the configuration may be exchanged between two uses. */
export type LiveApp = {
  /** The app with the configuration as of `maxAgeMs` ago or later. */
  current(maxAgeMs: number): Promise<App>;
};

/** @throws {ConfigError} with every mistake of the configuration; {SettingError} when no storage is named */
export async function createApp(env: Env): Promise<LiveApp> {
  const settings = readSettings(env);
  const rows = createTableRows(settings.tables, tableName);
  const { openConfig } = await import('./openConfig.ts');
  const source = await openConfig(settings, env, createMetaRows(rows));
  const addresses = () => ({
    development: settings.development,
    allowHosts: source.status.config.allowHosts,
  });
  const queues = createStorageQueues(settings.queues);
  const parts = composeApp(source.status.config, {
    rows,
    queues,
    keptEvents: queues,
    channels: openChannels({ setting: readerOf(env), addresses }),
    heartbeat: (url) => callHeartbeat(url, addresses()),
    diagnoser: await diagnoserFor(settings, source),
    hubMetrics: createHubMetrics({ endpoint: settings.metricsEndpoint }),
    looksAtControls: true,
    publicUrl: settings.publicUrl,
    signIn: settings.signIn,
    now: Date.now,
    pause: (ms, signal) => setTimeout(ms, undefined, { ref: false, signal }),
    random: Math.random,
  });
  const { controls } = parts;
  const current = async (maxAgeMs: number): Promise<App> => {
    // Nobody's work waits for a look that only keeps the configuration young.
    const refreshed = source.refresh(Date.now(), maxAgeMs);
    if (maxAgeMs < lookEveryMs) await refreshed;
    const configured = source.status;
    const { version } = controls.known;
    if (live.configured !== configured || live.rules.controls.version !== version) {
      live = { ...live, rules: withControls(configured.config, controls.known), configured };
    }
    return live;
  };
  const latest = async (): Promise<App> => {
    await controls.refresh(Date.now(), 0);
    return current(freshMs);
  };
  let live: App = { ...parts, configured: source.status, latest };
  return { current };
}

async function diagnoserFor(settings: AppSettings, source: ConfigSource): Promise<Diagnoser> {
  const { createDiagnoser } = await import('../diagnosis/diagnoser.ts');
  return createDiagnoser({ workspace: settings.logs, config: () => source.status.config });
}

let instance: Promise<LiveApp> | null = null;

/**
 * The instance's app, made at the first use; a failed start is tried again at the next.
 * @param maxAgeMs the configuration is looked at again when the last look is older; at most once a minute by itself
 */
export async function app(maxAgeMs = lookEveryMs): Promise<App> {
  instance ??= createApp(process.env).catch((error) => {
    instance = null;
    throw error;
  });
  return (await instance).current(maxAgeMs);
}
