import type { QueueClient, QueueServiceClient } from '@azure/storage-queue';
import { appCredential } from '../identity/appCredential.ts';
import type { StorageAccess } from './access.ts';
import { deadline } from './deadline.ts';
import { type EventQueue, type Queues, queueNames } from './queues.ts';

/** The service takes at most 7 days (docs/platform.md#queues); a wake-up that comes early looks again. */
const longestDelaySeconds = 6 * 24 * 60 * 60;

/** A message may have 64 KiB in Base64 (docs/platform.md#queues). */
const mostBytes = 48_000;

/** Queues of Azure Storage; the only file that knows their client. Text is Base64, as the host's trigger expects. */
export function createStorageQueues(access: StorageAccess): Queues & EventQueue {
  let service: Promise<QueueServiceClient> | null = null;
  const queues = new Map<string, Promise<QueueClient>>();
  const queue = (name: string) => {
    let found = queues.get(name);
    if (!found) {
      service ??= connectQueues(access);
      found = service.then(async (client) => {
        const opened = client.getQueueClient(name);
        await opened.createIfNotExists(deadline());
        return opened;
      });
      found.catch(() => {
        queues.delete(name);
        service = null;
      });
      queues.set(name, found);
    }
    return found;
  };
  const send = async (name: string, message: object, delayMs: number) => {
    const text = Buffer.from(JSON.stringify(message)).toString('base64');
    const visibilityTimeout = Math.min(Math.ceil(Math.max(0, delayMs) / 1000), longestDelaySeconds);
    await (await queue(name)).sendMessage(text, {
      visibilityTimeout,
      messageTimeToLive: -1,
      ...deadline(),
    });
  };
  return {
    wakeSite: (message, delayMs) => send(queueNames.evaluations, message, delayMs),
    deliver: (message, delayMs) => send(queueNames.notices, message, delayMs),
    async keep(events, delayMs) {
      for (const part of partsOf(events)) await send(queueNames.events, part, delayMs);
    },
  };
}

/** Arrays that fit into a message each. */
function partsOf(events: readonly object[]): object[][] {
  const parts: object[][] = [];
  let bytes = mostBytes;
  for (const event of events) {
    const own = Buffer.byteLength(JSON.stringify(event)) + 2;
    if (bytes + own > mostBytes) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)!.push(event);
    bytes += own;
  }
  return parts;
}

/** The client of the account's queues. */
export async function connectQueues(access: StorageAccess): Promise<QueueServiceClient> {
  const { QueueServiceClient } = await import('@azure/storage-queue');
  const options = { retryOptions: { maxTries: 4, retryDelayInMs: 200, maxRetryDelayInMs: 2_000 } };
  if (access.kind === 'connectionString') {
    return QueueServiceClient.fromConnectionString(access.connectionString, options);
  }
  return new QueueServiceClient(access.endpoint, await appCredential(access.clientId), options);
}
