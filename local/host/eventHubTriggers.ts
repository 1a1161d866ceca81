import type { IncomingMessage } from 'node:http';
import type { RegisteredFunction } from './coreModule.ts';
import { type LocalEventHub, type RetryOptions, startEventHub } from './eventHub.ts';
import { readSentMessages } from './eventHubMessage.ts';
import type { HttpAnswer } from './httpAnswer.ts';
import { type Invoke, triggerOf } from './invoke.ts';
import { readBody } from './readBody.ts';

/** Where the local host stands in for a namespace of Event Hubs: `POST …/{hub}/messages`, as its REST API. */
export const eventHubsPath = '/runtime/local/eventhubs/';

type EventHubs = {
  /** 201 when all of it was taken, 404 for a hub that no function reads. */
  take(request: IncomingMessage, url: URL, bodyLimitBytes: number): Promise<HttpAnswer>;
  stop(graceMs: number): Promise<void>;
};

/** The event hubs of all functions that read one. */
export function startEventHubs(
  functions: readonly RegisteredFunction[],
  invoke: Invoke,
  maxBatchSize: number,
): EventHubs {
  const hubs = new Map<string, LocalEventHub>();
  for (const registered of functions) {
    const { type, eventHubName = '' } = triggerOf(registered)[1] as { type: string; eventHubName?: string };
    if (type.toLowerCase() !== 'eventhubtrigger') continue;
    const hub = startEventHub({
      maxBatchSize,
      retry: retryOf(registered),
      run: async (input) => (await invoke(registered, input)).ok,
    });
    hubs.set(eventHubName.toLowerCase(), hub);
  }
  return {
    async take(request, url, bodyLimitBytes) {
      const [, name = ''] = /^([^/]+)\/messages$/.exec(url.pathname.slice(eventHubsPath.length)) ?? [];
      const hub = hubs.get(decodeURIComponent(name).toLowerCase());
      if (!hub) return { status: 404, body: `no function reads the event hub '${name}'` };
      if (request.method !== 'POST') return { status: 405 };
      const sent = readSentMessages((await readBody(request, bodyLimitBytes)).toString('utf8'));
      if (typeof sent === 'string') return { status: 400, body: `the body ${sent}` };
      hub.send(sent);
      return { status: 201 };
    },
    async stop(graceMs) {
      await Promise.all([...hubs.values()].map((hub) => hub.stop(graceMs)));
    },
  };
}

type Duration = { readonly seconds: number };

/** The library gives times in whole seconds. */
function retryOf({ metadata }: RegisteredFunction): RetryOptions | undefined {
  const retry = metadata.retryOptions as
    | {
        maxRetryCount: number;
        delayInterval?: Duration;
        minimumInterval?: Duration;
        maximumInterval?: Duration;
      }
    | undefined;
  if (!retry) return undefined;
  const {
    maxRetryCount,
    delayInterval,
    minimumInterval = delayInterval,
    maximumInterval = delayInterval,
  } = retry;
  return {
    maxRetryCount,
    firstMs: (minimumInterval?.seconds ?? 0) * 1_000,
    longestMs: (maximumInterval?.seconds ?? 0) * 1_000,
  };
}
