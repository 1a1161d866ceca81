import { QueueServiceClient } from '@azure/storage-queue';
import type { RegisteredFunction } from './coreModule.ts';
import type { FunctionLog } from './functionLog.ts';
import type { QueueSettings } from './hostSettings.ts';
import { type Invoke, triggerOf } from './invoke.ts';
import { type QueueListener, startQueueListener } from './queueListener.ts';

type Env = Record<string, string | undefined>;

/** Short, because a listener tries again anyway and a host that ends must not wait for storage that is gone. */
const clientOptions = { retryOptions: { maxTries: 3, retryDelayInMs: 100, maxRetryDelayInMs: 500 } };

/** Reads the queues of all queue triggers from now on. */
export async function listenToQueues(
  functions: readonly RegisteredFunction[],
  invoke: Invoke,
  settings: QueueSettings,
  log: FunctionLog,
  env: Env,
): Promise<readonly QueueListener[]> {
  const triggered = functions.flatMap((registered) => {
    const { type, queueName = '' } = triggerOf(registered)[1] as { type: string; queueName?: string };
    return type.toLowerCase() === 'queuetrigger' ? [{ registered, queueName }] : [];
  });
  if (triggered.length === 0) return [];
  const service = await queueService(env);
  return triggered.map(({ registered, queueName }) =>
    startQueueListener({
      queue: service.getQueueClient(queueName),
      poison: queueName.endsWith('-poison') ? undefined : service.getQueueClient(`${queueName}-poison`),
      settings,
      run: async (input) => (await invoke(registered, input)).ok,
      warn: (message) => log('warning', registered.metadata.name, message),
    }),
  );
}

/** @throws Error naming the settings that are accepted */
async function queueService(env: Env): Promise<QueueServiceClient> {
  const connectionString = env.AzureWebJobsStorage;
  if (connectionString) return QueueServiceClient.fromConnectionString(connectionString, clientOptions);
  const account = env.AzureWebJobsStorage__accountName;
  const uri =
    env.AzureWebJobsStorage__queueServiceUri ?? (account && `https://${account}.queue.core.windows.net`);
  if (!uri)
    throw new Error(
      'AzureWebJobsStorage is not set: give a connection string, or AzureWebJobsStorage__accountName',
    );
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new QueueServiceClient(uri, new DefaultAzureCredential(), clientOptions);
}
