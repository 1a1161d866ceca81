import { QueueServiceClient } from '@azure/storage-queue';

type Env = Record<string, string | undefined>;

/** Short, because a listener tries again anyway and a host that ends must not wait for storage that is gone. */
const options = { retryOptions: { maxTries: 3, retryDelayInMs: 100, maxRetryDelayInMs: 500 } };

/**
 * The queue service that a binding's `connection` names: a connection string in that setting, or an identity with
 * `<name>__queueServiceUri` or `<name>__accountName`.
 * @throws Error naming the settings that are accepted
 */
export async function queueService(connection: string, env: Env): Promise<QueueServiceClient> {
  const name =
    env[connection] === undefined && env[`AzureWebJobs${connection}`]
      ? `AzureWebJobs${connection}`
      : connection;
  const connectionString = env[name];
  if (connectionString) return QueueServiceClient.fromConnectionString(connectionString, options);
  const account = env[`${name}__accountName`];
  const uri = env[`${name}__queueServiceUri`] ?? (account && `https://${account}.queue.core.windows.net`);
  if (!uri)
    throw new Error(`${connection} is not set: give a connection string, or ${connection}__accountName`);
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new QueueServiceClient(uri, new DefaultAzureCredential(), options);
}
