import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type Env, SettingError } from '../../src/lib/app/settings.ts';
import { compareConfigs } from '../../src/lib/config/compare/compareConfigs.ts';
import {
  type ConfigLocation,
  formatLocation,
  parseConfigLocation,
} from '../../src/lib/config/configLocation.ts';
import { ConfigError, formatProblem } from '../../src/lib/config/problem.ts';
import type { Rules } from '../../src/lib/policy/rules.ts';
import type { StoredText } from '../../src/lib/store/blobs.ts';
import { createStorageBlobs } from '../../src/lib/store/storageBlobs.ts';
import { blobAccess, storageFault } from '../blobAccess.ts';
import { loadWithStandIns } from './loadWithStandIns.ts';

const usage = `Usage: npm run config -- check [file]
       npm run config -- diff  [file] [--blob CONTAINER/NAME] [--account NAME]
       npm run config -- push  [file] [--blob CONTAINER/NAME] [--account NAME]

  check      lists every mistake, or prints ok
  diff       shows who would be told differently from the version in the blob
  push       checks, shows the difference, uploads; running instances use it within a minute

  file       the configuration (default responder.config.yaml)
  --blob     where the app reads it (default what RESPONDER_CONFIG names, else config/responder.config.yaml)
  --account  the app's storage account, reached with your identity (default AzureWebJobsStorage, as for the app)

Exit code 0: ok, 1: mistakes or not uploaded, 2: usage error.`;

const timeoutMs = 30_000;

type Print = (line: string) => void;
type Command = 'check' | 'diff' | 'push';
type Asked = {
  readonly command: Command;
  readonly file: string;
  readonly location: ConfigLocation & { readonly kind: 'blob' };
  readonly account: string | undefined;
};

/** Runs one command; answers the exit code. */
export async function runConfig(args: readonly string[], env: Env, print: Print): Promise<number> {
  const asked = readArguments(args, env);
  if (typeof asked === 'string') {
    print(asked);
    return asked === usage ? 0 : 2;
  }
  const text = await readFile(asked.file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    print(`${asked.file}: cannot be read (${error.code})`);
    return null;
  });
  if (text === null) return 1;
  const config = check(text, asked.file, env, print);
  if (config === null) return 1;
  if (asked.command === 'check') {
    print('ok');
    return 0;
  }
  try {
    return await compareAndPush(asked, text, config, env, print);
  } catch (error) {
    print(
      error instanceof SettingError
        ? `${error.message}, or name the account with --account`
        : storageFault(error),
    );
    return 1;
  }
}

async function compareAndPush(
  { command, file, location, account }: Asked,
  text: string,
  config: Rules,
  env: Env,
  print: Print,
): Promise<number> {
  const blobs = createStorageBlobs(blobAccess(env, account), location.container);
  const source = formatLocation(location);
  const stored = await blobs.read(location.name, null, timeoutMs);
  const found = stored.kind === 'found' ? stored : null;
  for (const line of differences(found, config, source, env)) print(line);
  if (command === 'diff') return 0;
  if (found?.text === text) {
    print(`${source} already has this content; nothing to upload`);
    return 0;
  }
  const written = await blobs.write(location.name, text, found === null ? 'none' : { etag: found.etag });
  if (written.kind === 'superseded') {
    print(
      `somebody else has changed ${source} in the meantime; nothing was uploaded. Look at the difference again`,
    );
    return 1;
  }
  print(`uploaded ${file} to ${source}; running instances use it within a minute`);
  return 0;
}

function differences(stored: StoredText | null, config: Rules, source: string, env: Env): readonly string[] {
  if (stored === null) return [`${source} does not exist yet`];
  const { result } = loadWithStandIns(stored.text, source, env);
  if (!result.ok) return [`${source} itself has mistakes, so there is nothing to compare with`];
  const lines = compareConfigs(result.config, config);
  return lines.length === 0 ? [`no difference from ${source}`] : lines;
}

function check(text: string, file: string, env: Env, print: Print): Rules | null {
  const { result, unset } = loadWithStandIns(text, file, env);
  if (!result.ok) {
    for (const problem of result.problems) print(formatProblem(problem));
    return null;
  }
  if (unset.length > 0) print(`the app needs these settings, which are not set here: ${unset.join(', ')}`);
  return result.config;
}

/** What is asked, or what to print instead. */
function readArguments(args: readonly string[], env: Env): Asked | string {
  try {
    const text = { type: 'string' } as const;
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { help: { type: 'boolean', short: 'h' }, blob: text, account: text },
    });
    if (values.help) return usage;
    const [command = '', file = 'responder.config.yaml', ...more] = positionals;
    if (command !== 'check' && command !== 'diff' && command !== 'push')
      return `${command || 'no command'}: use check, diff or push\n\n${usage}`;
    if (more.length > 0) return `${more[0]} is one argument too many: name one file\n\n${usage}`;
    const named =
      values.blob ?? (env.RESPONDER_CONFIG?.startsWith('blob:') ? env.RESPONDER_CONFIG : undefined);
    const location = parseConfigLocation(
      `blob:${(named ?? 'config/responder.config.yaml').replace(/^blob:/, '')}`,
    );
    if (location.kind !== 'blob') return usage;
    return { command, file, location, account: values.account };
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    return `${(error as Error).message}\n\n${usage}`;
  }
}
