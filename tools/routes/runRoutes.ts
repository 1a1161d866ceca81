import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type Env, readerOf, SettingError } from '../../src/lib/app/settings.ts';
import { formatLocation, parseConfigLocation } from '../../src/lib/config/configLocation.ts';
import { ConfigError } from '../../src/lib/config/problem.ts';
import { outlookOf } from '../../src/lib/policy/outlook.ts';
import { createStorageBlobs } from '../../src/lib/store/storageBlobs.ts';
import { blobAccess, storageFault } from '../blobAccess.ts';
import { loadWithStandIns } from '../config/loadWithStandIns.ts';
import { outlookInWords } from './inWords.ts';
import { lossOf, type Question, readQuestion } from './question.ts';

const usage = `Usage: npm run routes -- --device ID [--at T] [--severity S] [--cause C] [--reason R] [--hub H] [--file FILE] [--json]

Prints who would be told of a device that is lost, when, by which route and step, and why the others would not.

  --device    the device
  --at        when its first notice is due: 2026-03-04T22:15 (local time of the site), or with an offset (default now)
  --severity  info, warning or critical (default that of a device by itself)
  --cause     the likely cause, once it is known (default unknown)
  --reason    outageBegan or flappingBegan (default outageBegan)
  --hub       the hub (default the only one that the configuration lists)
  --file      the configuration (default what RESPONDER_CONFIG names, else responder.config.yaml)
  --account   the app's storage account, where the configuration is in a blob (default AzureWebJobsStorage)
  --json      for programs

Exit code 0: ok, 1: the configuration cannot be read or has mistakes, 2: usage error.`;

const timeoutMs = 30_000;

/** `print` is the answer, `note` what else is to be known. */
type Output = { readonly print: (line: string) => void; readonly note: (line: string) => void };
type Asked = {
  readonly question: Question;
  readonly file: string | undefined;
  readonly account: string | undefined;
  readonly json: boolean;
};

/** Answers the exit code. */
export async function runRoutes(
  args: readonly string[],
  env: Env,
  nowMs: number,
  { print, note }: Output,
): Promise<number> {
  const asked = readArguments(args);
  if (typeof asked === 'string') {
    if (asked === usage) print(asked);
    else note(asked);
    return asked === usage ? 0 : 2;
  }
  try {
    const { text, source } = await configuration(asked, env);
    // Nothing is sent, so an address is as good as another.
    const { result, unset } = loadWithStandIns(text, source, {
      ...env,
      AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
    });
    if (!result.ok) throw new ConfigError(result.problems);
    if (unset.length > 0) note(`settings that are not set here, and taken as given: ${unset.join(', ')}`);
    const loss = lossOf(asked.question, result.config, nowMs);
    const outlook = outlookOf(result.config, loss);
    if (asked.json) {
      const told = outlook.told.map(({ receiver, per, atMs, why, route, step }) => {
        return { receiver, per, at: new Date(atMs).toISOString(), why, route, step };
      });
      print(JSON.stringify({ told, notTold: outlook.notTold }, null, 2));
    } else for (const line of outlookInWords(outlook, loss, result.config)) print(line);
    return 0;
  } catch (error) {
    if (error instanceof ConfigError || error instanceof SettingError) note(error.message);
    else note(storageFault(error));
    return 1;
  }
}

/** @throws {ConfigError} when the file cannot be read; {SettingError} when a blob is named that is not there */
async function configuration({ file, account }: Asked, env: Env): Promise<{ text: string; source: string }> {
  const location = parseConfigLocation(file ?? readerOf(env)('RESPONDER_CONFIG') ?? 'responder.config.yaml');
  const source = formatLocation(location);
  if (location.kind === 'file') {
    const text = await readFile(source, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw new ConfigError([{ path: source, value: null, message: `cannot be read (${error.code})` }]);
    });
    return { text, source };
  }
  const blobs = createStorageBlobs(blobAccess(env, account), location.container);
  const stored = await blobs.read(location.name, null, timeoutMs);
  if (stored.kind !== 'found') throw new SettingError(`${source} does not exist`);
  return { text: stored.text, source };
}

/** What is asked, or what to print instead. */
function readArguments(args: readonly string[]): Asked | string {
  try {
    const text = { type: 'string' } as const;
    const flag = { type: 'boolean' } as const;
    const { values } = parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h' },
        json: flag,
        device: text,
        hub: text,
        severity: text,
        cause: text,
        reason: text,
        at: text,
        file: text,
        account: text,
      },
    });
    if (values.help) return usage;
    const question = readQuestion(values);
    if (typeof question === 'string') return `${question}\n\n${usage}`;
    return { question, file: values.file, account: values.account, json: values.json ?? false };
  } catch (error) {
    return `${(error as Error).message}\n\n${usage}`;
  }
}
