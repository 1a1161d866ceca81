// `npm run deadletters -- list|replay`: what Event Grid could not deliver, and once more to the app with it.
import { parseArgs } from 'node:util';
import { durationAccepted, parseDuration } from '../src/lib/config/duration.ts';
import { type BlobAccess, createStorageBlobs } from '../src/lib/store/storageBlobs.ts';
import { deadLetters, ingestEndpoint, replay } from './deadLetters/replay.ts';

const usage = `Usage:
  npm run deadletters -- list   --account <storage account> [--since 24h]
  npm run deadletters -- replay --account <storage account> --app <function app> [--since 24h]

Without --account, AzureWebJobsStorage names the storage. You need the role Storage Blob Data Reader on the container
dead-letters to list, Storage Blob Data Contributor to replay, and the app's key for Event Grid in EVENTGRID_KEY:
  az functionapp keys list --resource-group <group> --name <app> --query systemKeys.eventgrid_extension --output tsv`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { account: { type: 'string' }, app: { type: 'string' }, since: { type: 'string' } },
});
const [verb] = positionals;
const sinceMs = values.since === undefined ? 0 : Date.now() - durationMs(values.since);
const blobs = createStorageBlobs(access(), 'dead-letters');
if (verb === 'list') await list();
else if (verb === 'replay' && values.app !== undefined) await replayAll(values.app);
else fail(usage);

async function list(): Promise<void> {
  const counts = new Map<string, number>();
  for await (const found of deadLetters(blobs, sinceMs)) {
    if ('problem' in found) {
      console.log(`${found.blob}: not readable: ${found.problem}`);
      continue;
    }
    for (const { type, reason, outcome } of found.letters) {
      const kind = `${type}  ${reason}  ${outcome}`;
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
    console.log(`${found.blob}: ${found.letters.length} events`);
  }
  if (counts.size === 0) console.log('There are no dead letters.');
  for (const [kind, count] of counts) console.log(`${String(count).padStart(6)}  ${kind}`);
}

async function replayAll(app: string): Promise<void> {
  const endpoint = ingestEndpoint(app, process.env.EVENTGRID_KEY);
  let [taken, refused] = [0, 0];
  for await (const found of deadLetters(blobs, sinceMs)) {
    const problem = 'problem' in found ? found.problem : await replay(blobs, found, endpoint);
    if (problem === null) taken += 'letters' in found ? found.letters.length : 0;
    else {
      refused += 1;
      console.error(`${found.blob}: ${problem}`);
    }
  }
  console.log(`${taken} events were taken, ${refused} blobs were left where they are.`);
  if (refused > 0) process.exitCode = 1;
}

function access(): BlobAccess {
  if (values.account) {
    return { kind: 'identity', endpoint: `https://${values.account}.blob.core.windows.net`, clientId: null };
  }
  const connectionString = process.env.AzureWebJobsStorage;
  return connectionString ? { kind: 'connectionString', connectionString } : fail(usage);
}

function durationMs(text: string): number {
  return parseDuration(text) ?? fail(`--since ${text}: ${durationAccepted()}`);
}

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}
