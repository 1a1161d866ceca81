import { parseArgs } from 'node:util';
import { type Env, SettingError } from '../../src/lib/app/settings.ts';
import type { Blobs } from '../../src/lib/store/blobs.ts';
import { createStorageBlobs } from '../../src/lib/store/storageBlobs.ts';
import { blobAccess, storageFault } from '../blobAccess.ts';
import { type Batch, deadLetters, ingestEndpoint, replay } from './replay.ts';

const usage = `Usage: npm run deadletters -- list   [--prefix PATH] [--account NAME]
       npm run deadletters -- replay --url URL [--prefix PATH] [--account NAME]

  list       shows the events that Event Grid gave up on: how many of each type, and why
  replay     sends them to the app again and moves what it accepted to replayed/; safe to repeat

  --url      the app, like https://func-fleet.azurewebsites.net; its key is read from EVENTGRID_KEY
             (az functionapp keys list --query systemKeys.eventgrid_extension)
  --prefix   only blobs whose names start with this, like TOPIC/SUBSCRIPTION/2026/3/4
  --account  the app's storage account, reached with your identity (default AzureWebJobsStorage, as for the app)

Exit code 0: ok, 1: something was left, 2: usage error.`;

const container = 'dead-letters';

type Print = (line: string) => void;

/** Runs one command; answers the exit code. */
export async function runDeadLetters(args: readonly string[], env: Env, print: Print): Promise<number> {
  const asked = readArguments(args);
  if ('mistake' in asked) {
    print(asked.mistake);
    return asked.mistake === usage ? 0 : 2;
  }
  try {
    const blobs = createStorageBlobs(blobAccess(env, asked.account), container);
    return asked.endpoint === null
      ? await list(blobs, asked.prefix, print)
      : await replayAll(blobs, asked.prefix, asked.endpoint, env.EVENTGRID_KEY, print);
  } catch (error) {
    print(
      error instanceof SettingError
        ? `${error.message}, or name the account with --account`
        : storageFault(error),
    );
    return 1;
  }
}

async function list(blobs: Blobs, prefix: string, print: Print): Promise<number> {
  let [count, odd] = [0, 0];
  for await (const batch of deadLetters(blobs, prefix)) {
    count += 1;
    odd += batch.letters === null ? 1 : 0;
    print(`${batch.blob}: ${inWords(batch)}`);
  }
  print(count === 0 ? 'There are no dead letters.' : `${count} blobs`);
  return odd === 0 ? 0 : 1;
}

async function replayAll(
  blobs: Blobs,
  prefix: string,
  endpoint: URL,
  key: string | undefined,
  print: Print,
): Promise<number> {
  let [taken, left] = [0, 0];
  for await (const batch of deadLetters(blobs, prefix)) {
    const refusal = await replay(blobs, batch, endpoint, key);
    if (refusal === null) taken += batch.letters?.length ?? 0;
    else left += 1;
    print(`${batch.blob}: ${refusal === null ? 'taken' : `left: ${refusal}`}`);
  }
  print(`${taken} events taken, ${left} blobs left`);
  return left === 0 ? 0 : 1;
}

function inWords({ letters }: Batch): string {
  if (letters === null) return 'contains no events';
  return [...Map.groupBy(letters, ({ type, reason, outcome }) => `${type}, ${reason}, ${outcome}`)]
    .map(([kind, own]) => `${own.length} × ${kind}`)
    .join('; ');
}

type Asked = { readonly endpoint: URL | null; readonly prefix: string; readonly account: string | undefined };

function readArguments(args: readonly string[]): Asked | { readonly mistake: string } {
  const mistake = (what: string) => ({ mistake: `${what}\n\n${usage}` });
  try {
    const text = { type: 'string' } as const;
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { help: { type: 'boolean', short: 'h' }, ...{ url: text, prefix: text, account: text } },
    });
    if (values.help) return { mistake: usage };
    const [command, ...more] = positionals;
    const { prefix = '', account } = values;
    if (command === 'list' && more.length === 0) return { endpoint: null, prefix, account };
    if (command !== 'replay' || more.length > 0) return mistake('Use list or replay.');
    const endpoint = ingestEndpoint(values.url ?? '');
    return endpoint
      ? { endpoint, prefix, account }
      : mistake('--url is the address of the app, like https://func-fleet.azurewebsites.net.');
  } catch (error) {
    return mistake((error as Error).message);
  }
}
