import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { lossOf, lossParameters, lossRequest } from '../../src/lib/api/lossRequest.ts';
import { type OutlookView, outlookView } from '../../src/lib/api/outlookView.ts';
import { check } from '../../src/lib/api/readBody.ts';
import { type Env, readerOf, SettingError } from '../../src/lib/app/settings.ts';
import { formatLocation, parseConfigLocation } from '../../src/lib/config/configLocation.ts';
import { ConfigError, formatProblem } from '../../src/lib/config/problem.ts';
import { outlookOf } from '../../src/lib/policy/outlook.ts';
import { createStorageBlobs } from '../../src/lib/store/storageBlobs.ts';
import { callApi, type RunningApp, runningApp } from '../api/callApi.ts';
import { blobAccess, storageFault } from '../blobAccess.ts';
import { loadWithStandIns } from '../config/loadWithStandIns.ts';
import { outlookInWords } from './inWords.ts';

const usage = `Usage: npm run routes -- --device ID [--at T] [--severity S] [--cause C] [--reason R] [--hub H]
                          [--file FILE | --url URL [--key KEY]] [--json]

Prints who would be told of a device that is lost, when, by which route and step, and why the others would not.

  --device    the device
  --at        when its first notice is due: 2026-03-04T22:15 (local time of the site), or with an offset (default now)
  --severity  info, warning or critical (default that of a device by itself)
  --cause     the likely cause, once it is known (default unknown)
  --reason    outageBegan or flappingBegan (default outageBegan)
  --hub       the hub (default the only one that the configuration lists)
  --file      the configuration (default what RESPONDER_CONFIG names, else responder.config.yaml)
  --account   the app's storage account, where the configuration is in a blob (default AzureWebJobsStorage)
  --url       a running app, in place of a file: with the silences and windows that people have set
  --key       a function key of the app (default RESPONDER_KEY; locally none is needed)
  --json      for programs

Exit code 0: ok, 1: no answer, or a configuration with mistakes, 2: usage error.`;

const timeoutMs = 30_000;

/** `print` is the answer, `note` what else is to be known. */
type Output = { readonly print: (line: string) => void; readonly note: (line: string) => void };

type Asked = {
  readonly parameters: Readonly<Record<string, string>>;
  readonly from:
    | { readonly kind: 'app'; readonly app: RunningApp }
    | { readonly kind: 'file'; readonly file: string | undefined; readonly account: string | undefined };
  readonly json: boolean;
};

/** Answers the exit code. */
export async function runRoutes(
  args: readonly string[],
  env: Env,
  nowMs: number,
  output: Output,
): Promise<number> {
  const asked = readArguments(args, env);
  if (typeof asked === 'string') {
    if (asked === usage) output.print(asked);
    else output.note(asked);
    return asked === usage ? 0 : 2;
  }
  try {
    const view = await outlook(asked, env, nowMs, output.note);
    if (view === null) return 1;
    const lines = asked.json ? [JSON.stringify(forPrograms(view), null, 2)] : outlookInWords(view);
    for (const line of lines) output.print(line);
    return 0;
  } catch (error) {
    if (error instanceof ConfigError || error instanceof SettingError) output.note(error.message);
    else output.note(storageFault(error));
    return 1;
  }
}

/** null: there is none, and the reason is told. */
async function outlook(
  { parameters, from }: Asked,
  env: Env,
  nowMs: number,
  note: Output['note'],
): Promise<OutlookView | null> {
  if (from.kind === 'app') {
    const answer = await callApi(from.app, 'GET', `/api/routes?${new URLSearchParams(parameters)}`);
    if (answer.ok) return answer.value as OutlookView;
    for (const line of answer.because) note(line);
    return null;
  }
  const { text, source } = await configuration(from, env);
  // Nothing is sent, so an address is as good as another.
  const { result, unset } = loadWithStandIns(text, source, {
    ...env,
    AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
  });
  if (!result.ok) throw new ConfigError(result.problems);
  if (unset.length > 0) note(`settings that are not set here, and taken as given: ${unset.join(', ')}`);
  const loss = lossOf(lossRequest.parse(parameters), result.config, nowMs);
  return outlookView(outlookOf(result.config, loss), loss, result.config);
}

function forPrograms({ told, notTold }: OutlookView) {
  return {
    told: told.map(({ receiver, per, at, why, route, step }) => ({ receiver, per, at, why, route, step })),
    notTold: notTold.map(({ receiver, route, because }) => ({ receiver, route, because })),
  };
}

/** @throws {ConfigError} when the file cannot be read; {SettingError} when a blob is named that is not there */
async function configuration(
  { file, account }: Extract<Asked['from'], { kind: 'file' }>,
  env: Env,
): Promise<{ text: string; source: string }> {
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
function readArguments(args: readonly string[], env: Env): Asked | string {
  try {
    const text = { type: 'string' } as const;
    const flag = { type: 'boolean' } as const;
    const { values } = parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h' },
        json: flag,
        ...Object.fromEntries(lossParameters.map((name) => [name, text])),
        file: text,
        account: text,
        url: text,
        key: text,
      },
    });
    if (values.help) return usage;
    const { json = false, file, account, url, key, help: _, ...rest } = values;
    const parameters = rest as Record<string, string>;
    const checked = check(lossRequest, parameters, 'query');
    if (!checked.ok) {
      const lines = checked.problem.errors?.map((problem) => `--${formatProblem(problem)}`) ?? [];
      return `${lines.join('\n')}\n\n${usage}`;
    }
    if (url === undefined) return { parameters, from: { kind: 'file', file, account }, json };
    if (file !== undefined) return `--file and --url are two answers; ask one\n\n${usage}`;
    const app = runningApp(url, key, env);
    return typeof app === 'string' ? app : { parameters, from: { kind: 'app', app }, json };
  } catch (error) {
    return `${(error as Error).message}\n\n${usage}`;
  }
}
