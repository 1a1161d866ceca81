import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { type Env, readerOf, SettingError } from '../../src/lib/app/settings.ts';
import { formatLocation, parseConfigLocation } from '../../src/lib/config/configLocation.ts';
import { loadConfig, loadConfigFile } from '../../src/lib/config/loadConfig.ts';
import { ConfigError } from '../../src/lib/config/problem.ts';
import { suggestion } from '../../src/lib/fields/nearest.ts';
import { openChannels } from '../../src/lib/notify/channels/registry.ts';
import { receiverTest } from '../../src/lib/notify/receiverNews.ts';
import type { Rules } from '../../src/lib/policy/rules.ts';
import { createStorageBlobs } from '../../src/lib/store/storageBlobs.ts';
import { blobAccess, storageFault } from '../blobAccess.ts';

const usage = `Usage: npm run receivers -- list
       npm run receivers -- test NAME

  list   names every receiver of the configuration, with its kind
  test   sends NAME a notice marked as a test; it opens no incident

The configuration is what RESPONDER_CONFIG names (default responder.config.yaml). Settings come from
the environment or local.settings.json, so run it with those of the app.

Exit code 0: ok, 1: the notice did not arrive, 2: usage error.`;

const timeoutMs = 30_000;

type Print = (line: string) => void;
type Asked = { readonly command: 'list' } | { readonly command: 'test'; readonly name: string };

/** Runs one command; answers the exit code. */
export async function runReceivers(args: readonly string[], env: Env, print: Print): Promise<number> {
  const asked = readArguments(args);
  if (typeof asked === 'string') {
    print(asked);
    return asked === usage ? 0 : 2;
  }
  try {
    const rules = await configuration(env);
    if (asked.command === 'test') return await test(asked.name, rules, env, print);
    for (const { name, channel } of rules.receivers.values()) print(`${name}  ${channel.kind}`);
    return 0;
  } catch (error) {
    if (error instanceof ConfigError || error instanceof SettingError) print(error.message);
    else print(storageFault(error));
    return 1;
  }
}

async function test(name: string, rules: Rules, env: Env, print: Print): Promise<number> {
  const receiver = rules.receivers.get(name);
  if (!receiver) {
    print(`${name} is not a receiver; ${suggestion(name, [...rules.receivers.keys()])}`);
    return 1;
  }
  const setting = readerOf(env);
  const channels = openChannels({
    setting,
    addresses: () => ({ development: isDevelopment(env), allowHosts: rules.allowHosts }),
  });
  const nowMs = Date.now();
  const announcement = receiverTest(`test_${randomUUID()}`, receiver, nowMs);
  const result = await channels.send(announcement, receiver, nowMs);
  if (result.kind === 'sent') {
    print(`${name} (${receiver.channel.kind}): the test has arrived`);
    return 0;
  }
  print(`${name} (${receiver.channel.kind}): ${result.error}`);
  return 1;
}

const isDevelopment = (env: Env) => readerOf(env)('AZURE_FUNCTIONS_ENVIRONMENT') === 'Development';

/** @throws {ConfigError} with every mistake; {SettingError} when a blob is named and no storage */
async function configuration(env: Env): Promise<Rules> {
  const location = parseConfigLocation(readerOf(env)('RESPONDER_CONFIG') ?? 'responder.config.yaml');
  const rules = { development: isDevelopment(env) };
  const source = formatLocation(location);
  if (location.kind === 'file') return loadConfigFile(source, env, rules);
  const blobs = createStorageBlobs(blobAccess(env, undefined), location.container);
  const stored = await blobs.read(location.name, null, timeoutMs);
  if (stored.kind !== 'found') throw new SettingError(`${source} does not exist`);
  const loaded = loadConfig(stored.text, source, env, rules);
  if (!loaded.ok) throw new ConfigError(loaded.problems);
  return loaded.config;
}

/** What is asked, or what to print instead. */
function readArguments(args: readonly string[]): Asked | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { help: { type: 'boolean', short: 'h' } },
    });
    if (values.help) return usage;
    const [command = '', name, ...more] = positionals;
    if (more.length > 0) return `one receiver at a time\n\n${usage}`;
    if (command === 'list' && name === undefined) return { command };
    if (command === 'test' && name !== undefined) return { command, name };
    return `use list, or test and the name of a receiver\n\n${usage}`;
  } catch (error) {
    return `${(error as Error).message}\n\n${usage}`;
  }
}
