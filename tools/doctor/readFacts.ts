import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { runCommand } from '../../infra/azd/command.ts';
import { type AppSettings, type Env, readerOf, readSettings } from '../../src/lib/app/settings.ts';
import { formatLocation, parseConfigLocation } from '../../src/lib/config/configLocation.ts';
import { loadConfig, loadConfigFile } from '../../src/lib/config/loadConfig.ts';
import { ConfigError, formatProblem } from '../../src/lib/config/problem.ts';
import { createLogAnalytics } from '../../src/lib/diagnosis/logs/logAnalytics.ts';
import type { LogAnswer } from '../../src/lib/diagnosis/logs/logWorkspace.ts';
import { openChannels } from '../../src/lib/notify/channels/registry.ts';
import { receiverTest } from '../../src/lib/notify/receiverNews.ts';
import type { Rules } from '../../src/lib/policy/rules.ts';
import { createStorageBlobs } from '../../src/lib/store/storageBlobs.ts';
import { runningApp } from '../api/callApi.ts';
import type { Facts } from './facts.ts';
import { readApp } from './readApp.ts';
import { readAzure } from './readAzure.ts';
import { readStorage, troubleOf } from './readStorage.ts';

export type Asked = {
  readonly sendTest: boolean;
  readonly url: string | undefined;
  readonly key: string | undefined;
};

const timeoutMs = 30_000;
const dayMs = 24 * 60 * 60_000;

/** Looks at everything. What cannot be looked at is a fact too: nothing is thrown. */
export async function readFacts(asked: Asked, env: Env, command = runCommand): Promise<Facts> {
  const read = readerOf(env);
  const development = read('AZURE_FUNCTIONS_ENVIRONMENT') === 'Development';
  const settings = settingsOf(env);
  const loaded = await configurationOf(settings, env, development);
  const app = runningApp(
    asked.url ?? read('RESPONDER_URL') ?? read('PUBLIC_URL') ?? undefined,
    asked.key,
    env,
  );
  const usable = typeof settings === 'string' ? null : settings;
  const [storage, logs, tests, answer, azure] = await Promise.all([
    usable && readStorage(usable),
    usable && askLogs(usable),
    asked.sendTest && loaded.rules ? sendTests(loaded.rules, env, development) : undefined,
    typeof app === 'string' ? null : readApp(app),
    readAzure(env, command),
  ]);
  return {
    nowMs: Date.now(),
    development,
    settings: {
      fault: typeof settings === 'string' ? settings : null,
      publicUrl: read('PUBLIC_URL'),
      mailService:
        (read('COMMUNICATION_SERVICES_CONNECTION_STRING') ?? read('COMMUNICATION_SERVICES_ENDPOINT')) !==
        null,
      sender: read('EMAIL_SENDER'),
    },
    configuration: loaded.rules
      ? {
          source: loaded.source,
          problems: null,
          hash: loaded.rules.version.hash,
          receivers: [...loaded.rules.receivers.values()].map(({ name, channel }) => ({
            name,
            kind: channel.kind,
            usesAcs: channel.kind === 'email' && (channel as { via?: unknown }).via === 'acs',
          })),
        }
      : loaded,
    storage,
    logs,
    ...(tests ? { tests } : {}),
    app: answer,
    azure,
    versions: { code: ownVersion(), node: process.version },
  };
}

/** The settings, or what is wrong with them. */
function settingsOf(env: Env): AppSettings | string {
  try {
    return readSettings(env);
  } catch (error) {
    return (error as Error).message;
  }
}

type Loaded = { readonly source: string } & (
  | { readonly rules: Rules }
  | { readonly rules: null; readonly problems: readonly string[] }
);

async function configurationOf(
  settings: AppSettings | string,
  env: Env,
  development: boolean,
): Promise<Loaded> {
  const named = readerOf(env)('RESPONDER_CONFIG') ?? 'responder.config.yaml';
  try {
    const location = parseConfigLocation(named);
    const source = formatLocation(location);
    if (location.kind === 'file')
      return { source, rules: await loadConfigFile(source, env, { development }) };
    const blobs = typeof settings === 'string' ? null : settings.blobs;
    if (blobs === null)
      return { source, rules: null, problems: ['it is in a blob, and no storage is named'] };
    const stored = await createStorageBlobs(blobs, location.container).read(location.name, null, timeoutMs);
    if (stored.kind !== 'found') return { source, rules: null, problems: [`${source} does not exist`] };
    const result = loadConfig(stored.text, source, env, { development });
    return result.ok
      ? { source, rules: result.config }
      : { source, rules: null, problems: result.problems.map(formatProblem) };
  } catch (error) {
    const problems =
      error instanceof ConfigError ? error.problems.map(formatProblem) : [troubleOf(error).says];
    return { source: named, rules: null, problems };
  }
}

async function askLogs({ logs }: AppSettings): Promise<LogAnswer | null> {
  if (logs === null) return null;
  const toMs = Date.now();
  const question = {
    query: 'AzureDiagnostics | where Category == "Connections" | take 1',
    fromMs: toMs - dayMs,
    toMs,
  };
  return createLogAnalytics(logs).ask(question, timeoutMs);
}

/** Sends each receiver the test of `npm run receivers`. */
async function sendTests(rules: Rules, env: Env, development: boolean): Promise<Map<string, string | null>> {
  const channels = openChannels({
    setting: readerOf(env),
    addresses: () => ({ development, allowHosts: rules.allowHosts }),
  });
  const answers = await Promise.all(
    [...rules.receivers.values()].map(async (receiver) => {
      const nowMs = Date.now();
      const result = await channels.send(
        receiverTest(`test_${randomUUID()}`, receiver, nowMs),
        receiver,
        nowMs,
      );
      return [receiver.name, result.kind === 'sent' ? null : result.error] as const;
    }),
  );
  return new Map(answers);
}

function ownVersion(): string {
  const file = path.join(import.meta.dirname, '../../package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
