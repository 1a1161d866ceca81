import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';

type Env = Record<string, string | undefined>;

const timeSpan = z
  .string()
  .regex(/^(\d+\.)?\d{1,2}:\d{2}:\d{2}$/, 'must be a time such as 00:05:00')
  .transform((text) => {
    const [clock = '', days = '0'] = text.split('.').reverse();
    const [hours = 0, minutes = 0, seconds = 0] = clock.split(':').map(Number);
    return (((Number(days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
  });

/** The defaults are those of the Functions host, its storage extension 5.x and its Event Hubs extension 6.x. */
const hostJson = z.object({
  functionTimeout: timeSpan.default(5 * 60_000),
  logging: z.object({ logLevel: z.record(z.string(), z.string()).default({}) }).prefault({}),
  extensions: z
    .object({
      http: z.object({ routePrefix: z.string().default('api') }).prefault({}),
      queues: z
        .object({
          batchSize: z.coerce.number().int().min(1).max(32).default(16),
          newBatchThreshold: z.coerce.number().int().min(0).optional(),
          maxDequeueCount: z.coerce.number().int().min(1).default(5),
          visibilityTimeout: timeSpan.default(0),
          messageEncoding: z.enum(['base64', 'none']).default('base64'),
        })
        .prefault({}),
      eventHubs: z.object({ maxEventBatchSize: z.coerce.number().int().min(1).default(100) }).prefault({}),
    })
    .prefault({}),
});

export type QueueSettings = {
  readonly batchSize: number;
  readonly newBatchThreshold: number;
  readonly maxDequeueCount: number;
  readonly visibilityTimeoutMs: number;
  readonly messageEncoding: 'base64' | 'none';
};

export type HostSettings = {
  readonly functionTimeoutMs: number;
  /** Category to level, as in `logging.logLevel`. */
  readonly logLevels: Readonly<Record<string, string>>;
  readonly routePrefix: string;
  readonly queues: QueueSettings;
  /** Messages of an event hub in one batch at most. */
  readonly eventHubBatchSize: number;
};

/**
 * host.json of the app at `root`. Settings named `AzureFunctionsJobHost__…` overrule it, as on the real host.
 * @throws Error naming the file and every wrong value
 */
export function readHostSettings(root: string, env: Env): HostSettings {
  const file = path.join(root, 'host.json');
  const raw = readJson(file);
  if (!isRecord(raw)) throw new Error(`${file} is missing or not an object`);
  for (const [name, value] of Object.entries(env)) {
    const [prefix, ...keys] = name.split('__');
    if (prefix === 'AzureFunctionsJobHost' && value !== undefined) setPath(raw, keys, value);
  }
  const parsed = hostJson.safeParse(raw);
  if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
  const { functionTimeout, logging, extensions } = parsed.data;
  const { visibilityTimeout, newBatchThreshold, ...queues } = extensions.queues;
  return {
    functionTimeoutMs: functionTimeout,
    logLevels: logging.logLevel,
    routePrefix: extensions.http.routePrefix,
    eventHubBatchSize: extensions.eventHubs.maxEventBatchSize,
    queues: {
      ...queues,
      newBatchThreshold: newBatchThreshold ?? Math.floor(queues.batchSize / 2),
      visibilityTimeoutMs: visibilityTimeout,
    },
  };
}

/** `Values` of local.settings.json at `root`; none when there is no such file. */
export function readLocalSettings(root: string): Record<string, string> {
  const raw = readJson(path.join(root, 'local.settings.json'));
  const values = isRecord(raw) && isRecord(raw.Values) ? raw.Values : {};
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}

/** The pattern of files that the worker loads: `main` in package.json. */
export function readMain(root: string): string {
  const raw = readJson(path.join(root, 'package.json'));
  if (!isRecord(raw) || typeof raw.main !== 'string') {
    throw new Error(`${path.join(root, 'package.json')} has no "main": it names the files to load`);
  }
  return raw.main;
}

function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is not JSON: ${(error as Error).message}`);
  }
}

function setPath(target: Record<string, unknown>, keys: readonly string[], value: string): void {
  const [key, ...rest] = keys;
  if (key === undefined || key === '__proto__') return;
  if (rest.length === 0) {
    target[key] = value;
    return;
  }
  const child = target[key];
  const next = isRecord(child) ? child : {};
  target[key] = next;
  setPath(next, rest, value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
