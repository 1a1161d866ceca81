import type { QueueServiceClient } from '@azure/storage-queue';
import { resolveSettings } from './bindings.ts';
import type { RegisteredFunction } from './coreModule.ts';
import type { InvocationResponse } from './coreTypes.ts';
import type { FunctionLog } from './functionLog.ts';
import type { HostSettings } from './hostSettings.ts';
import { type Invoke, triggerOf } from './invoke.ts';
import { type QueueListener, startQueueListener } from './queueListener.ts';
import { encodeMessage, outputMessages } from './queueMessage.ts';
import { queueService } from './queueService.ts';

type QueueBinding = { type: string; queueName?: string; connection?: string };
type Env = Record<string, string | undefined>;

export type Queues = {
  /** Runs the function and sends what it wrote to its queue outputs. */
  readonly invoke: Invoke;
  /** Reads the queues of all queue triggers from now on. */
  listen(): Promise<readonly QueueListener[]>;
};

/** Queue triggers and queue outputs of the app. `invoke` runs a function without its outputs. */
export function createQueues(
  functions: readonly RegisteredFunction[],
  invoke: Invoke,
  settings: HostSettings['queues'],
  log: FunctionLog,
  env: Env,
): Queues {
  const services = new Map<string, Promise<QueueServiceClient>>();

  async function queueOf({ queueName = '', connection = 'AzureWebJobsStorage' }: QueueBinding) {
    let service = services.get(connection);
    if (!service) {
      service = queueService(connection, env);
      services.set(connection, service);
    }
    const name = resolveSettings(queueName, env);
    return { name, queue: (await service).getQueueClient(name), service: await service };
  }

  async function sendOutputs({ metadata }: RegisteredFunction, response: InvocationResponse): Promise<void> {
    const written = new Map(response.outputData?.map(({ name, data }) => [name, data]));
    if (response.returnValue) written.set('$return', response.returnValue);
    for (const [name, binding] of Object.entries(metadata.bindings)) {
      const data = written.get(name);
      if (binding.direction !== 'out' || binding.type !== 'queue' || !data) continue;
      const { queue } = await queueOf(binding);
      await queue.createIfNotExists();
      for (const text of outputMessages(data))
        await queue.sendMessage(encodeMessage(text, settings.messageEncoding));
    }
  }

  const invokeWithOutputs: Invoke = async (registered, input) => {
    const outcome = await invoke(registered, input);
    if (!outcome.ok) return outcome;
    try {
      await sendOutputs(registered, outcome.response);
      return outcome;
    } catch (error) {
      log('error', registered.metadata.name, `output failed: ${(error as Error).message}`);
      return { ok: false, error };
    }
  };

  return {
    invoke: invokeWithOutputs,
    async listen() {
      const listeners: QueueListener[] = [];
      for (const registered of functions) {
        const binding = triggerOf(registered)[1] as QueueBinding;
        if (binding.type.toLowerCase() !== 'queuetrigger') continue;
        const { name, queue, service } = await queueOf(binding);
        listeners.push(
          startQueueListener({
            queue,
            poison: name.endsWith('-poison') ? undefined : service.getQueueClient(`${name}-poison`),
            settings,
            run: async (input) => (await invokeWithOutputs(registered, input)).ok,
            warn: (message) => log('warning', registered.metadata.name, message),
          }),
        );
      }
      return listeners;
    },
  };
}
