import type { Config } from '../config/config.ts';
import { loadConfigFile } from '../config/loadConfig.ts';
import type { Diagnoser } from '../diagnosis/diagnosis.ts';
import type { Sender } from '../notify/channel.ts';
import { createSenders } from '../notify/channels/senders.ts';
import { ReceiverGates } from '../notify/receiverGates.ts';
import { createActiveSites } from '../store/activeSites.ts';
import { createFleet } from '../store/fleet.ts';
import type { Queues } from '../store/queues.ts';
import type { RowStore } from '../store/rowStore.ts';
import { createStorageQueues } from '../store/storageQueues.ts';
import { createTableRows } from '../store/tableRows.ts';
import type { App } from './app.ts';
import { DeviceCache } from './deviceCache.ts';
import { type AppSettings, type Env, readSettings } from './settings.ts';
import { WakeUps } from './wakeUps.ts';

export const tableName = 'Fleet';

/** Deliveries that an instance runs at once: host.json's batchSize + newBatchThreshold. */
export const deliverySlots = 24;

/** What the edges supply; tests and the simulation supply others. */
export type Edges = {
  readonly rows: RowStore;
  readonly queues: Queues;
  readonly sender: Sender;
  readonly diagnoser: Diagnoser;
  readonly publicUrl: string | null;
  readonly now: () => number;
};

/** Puts an instance together. */
export function composeApp(config: Config, edges: Edges): App {
  const { rows, queues, sender, diagnoser, publicUrl, now } = edges;
  const active = createActiveSites(rows);
  return {
    config,
    fleet: createFleet(rows),
    active,
    queues,
    wakeUps: new WakeUps(queues, active),
    devices: new DeviceCache(),
    questions: new Map(),
    diagnoser,
    sender,
    gates: new ReceiverGates(deliverySlots),
    publicUrl,
    now,
  };
}

/** @throws {ConfigError} with every mistake of the file; {SettingError} when no storage is named */
export async function createApp(env: Env): Promise<App> {
  const settings = readSettings(env);
  const config = await loadConfigFile(settings.configPath, env, { development: settings.development });
  return composeApp(config, {
    rows: createTableRows(settings.tables, tableName),
    queues: createStorageQueues(settings.queues),
    sender: createSenders({ email: settings.email, development: settings.development }),
    diagnoser: await diagnoserFor(settings, config),
    publicUrl: settings.publicUrl,
    now: Date.now,
  });
}

async function diagnoserFor(settings: AppSettings, config: Config): Promise<Diagnoser> {
  const { createDiagnoser } = await import('../diagnosis/diagnoser.ts');
  return createDiagnoser({ workspace: settings.logs, config: () => config });
}

let instance: Promise<App> | null = null;

/** The instance's app, made at the first use; a failed start is tried again at the next. */
export function app(): Promise<App> {
  instance ??= createApp(process.env).catch((error) => {
    instance = null;
    throw error;
  });
  return instance;
}
