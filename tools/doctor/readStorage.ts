import { randomUUID } from 'node:crypto';
import type { QueueServiceClient } from '@azure/storage-queue';
import { tableName } from '../../src/lib/app/createApp.ts';
import type { AppSettings } from '../../src/lib/app/settings.ts';
import { createMetaRows } from '../../src/lib/store/metaRows.ts';
import { queueNames } from '../../src/lib/store/queues.ts';
import { createReceiverStates } from '../../src/lib/store/receiverStates.ts';
import { createStorageBlobs } from '../../src/lib/store/storageBlobs.ts';
import { connectQueues } from '../../src/lib/store/storageQueues.ts';
import { createTableRows } from '../../src/lib/store/tableRows.ts';
import { poisonName } from '../poisonQueues.ts';
import type { Probe, QueueFacts, StorageFacts, Trouble } from './facts.ts';

/** One call may take so long, its retries included. */
const timeoutMs = 20_000;

/** A partition and a queue of our own: nothing of the app reads them. */
const probePartition = '|doctor';
const probeQueue = 'doctor-probe';

/** Tries the storage as whoever runs this: what is there, and what may be done. */
export async function readStorage(settings: AppSettings): Promise<StorageFacts> {
  const rows = createTableRows(settings.tables, tableName);
  const [table, service] = await Promise.all([
    probed(rowSteps(rows)),
    connectQueues(settings.queues).catch(troubleOf),
  ]);
  const known = table === null;
  const clock: { value: StorageFacts['clock'] } = { value: null };
  const isTrouble = 'status' in service;
  return {
    table,
    queue: isTrouble
      ? { did: 'write', trouble: service }
      : await probed(messageSteps(service, (read) => Object.assign(clock, { value: read }))),
    blob: await readBlob(settings),
    queues: isTrouble
      ? service
      : await Promise.all(queuesOf(settings).map((name) => readQueue(service, name))).catch(troubleOf),
    clock: clock.value,
    sweptAtMs: known
      ? await createMetaRows(rows)
          .read('selfWatch', ({ ranAtMs }) => (typeof ranAtMs === 'number' ? ranAtMs : null))
          .then((found) => found?.value ?? null)
      : null,
    failing: new Map(
      known
        ? [...(await createReceiverStates(rows).all())].flatMap(([name, { failing }]) =>
            failing ? [[name, failing] as const] : [],
          )
        : [],
    ),
  };
}

/** The queue of events belongs to the sources for large fleets alone. */
function queuesOf({ eventSource }: AppSettings): string[] {
  return Object.values(queueNames).filter(
    (name) => name !== queueNames.events || eventSource !== 'eventGrid',
  );
}

type Steps = readonly (readonly [NonNullable<Probe>['did'], () => Promise<unknown>])[];

/** Goes on after a step that fails, so that nothing is left behind; answers the first trouble. */
async function probed(steps: Steps): Promise<Probe> {
  let first: Probe = null;
  for (const [did, step] of steps) {
    try {
      await step();
    } catch (error) {
      first ??= { did, trouble: troubleOf(error) };
    }
  }
  return first;
}

function rowSteps(rows: ReturnType<typeof createTableRows>): Steps {
  const key = randomUUID();
  return [
    ['write', () => rows.commit(probePartition, [{ kind: 'put', key, data: '{}' }])],
    ['read', () => found(rows.get(probePartition, key))],
    ['delete', () => rows.commit(probePartition, [{ kind: 'remove', key, etag: '*' }])],
  ];
}

function messageSteps(service: QueueServiceClient, tell: (clock: StorageFacts['clock']) => void): Steps {
  const queue = service.getQueueClient(probeQueue);
  const within = () => ({ abortSignal: AbortSignal.timeout(timeoutMs) });
  return [
    [
      'write',
      async () => {
        await queue.createIfNotExists(within());
        const fromMs = Date.now();
        const { date } = await queue.sendMessage('probe', { messageTimeToLive: 60, ...within() });
        if (date) tell({ storageAtMs: date.getTime(), fromMs, untilMs: Date.now() });
      },
    ],
    ['read', () => found(queue.receiveMessages(within()).then(({ receivedMessageItems: [one] }) => one))],
    ['delete', () => queue.delete(within())],
  ];
}

async function found(look: Promise<unknown>): Promise<void> {
  if (!(await look)) throw new Error('what was written is not there');
}

async function readQueue(service: QueueServiceClient, name: string): Promise<QueueFacts> {
  const [waiting, setAside] = await Promise.all([
    countOf(service, name),
    countOf(service, poisonName(name as never)),
  ]);
  return { name, waiting, setAside: setAside ?? 0 };
}

async function countOf(service: QueueServiceClient, name: string): Promise<number | null> {
  try {
    const options = { abortSignal: AbortSignal.timeout(timeoutMs) };
    return (await service.getQueueClient(name).getProperties(options)).approximateMessagesCount ?? 0;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return null;
    throw error;
  }
}

async function readBlob({ config, blobs }: AppSettings): Promise<StorageFacts['blob']> {
  if (config.kind !== 'blob' || blobs === null) return null;
  try {
    const answer = await createStorageBlobs(blobs, config.container).read(config.name, null, timeoutMs);
    const missing: Trouble = {
      status: 404,
      says: `${config.container}/${config.name} is not there`,
      signedOut: false,
    };
    return { trouble: answer.kind === 'missing' ? missing : null };
  } catch (error) {
    return { trouble: troubleOf(error) };
  }
}

/** What the clients of storage say when they fail. */
export function troubleOf(error: unknown): Trouble {
  const {
    name = '',
    statusCode,
    code,
    message,
  } = error as Partial<Error> & { statusCode?: number; code?: string };
  const first = message?.split('\n')[0]?.slice(0, 200) ?? String(error);
  return {
    status: statusCode ?? null,
    says: statusCode === undefined ? first : `${statusCode} ${code ?? ''}`.trim(),
    signedOut: /^(CredentialUnavailable|AggregateAuthentication|Authentication(Required)?)Error$/.test(name),
  };
}
