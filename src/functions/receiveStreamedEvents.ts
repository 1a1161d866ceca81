import { app as functions, type InvocationContext } from '@azure/functions';
import { eventSourceOf } from '../lib/events/eventSource.ts';
import { createLog } from '../lib/telemetry/log.ts';
import { app } from './app.ts';

if (eventSourceOf(process.env.EVENT_SOURCE || null) === 'eventHubs') {
  // Through `generic`, because `app.eventHub` cannot ask for text: as JSON, one message that is none would fail its
  // whole batch before the function is called (docs/platform.md#event-hubs).
  functions.generic('receiveStreamedEvents', {
    trigger: {
      type: 'eventHubTrigger',
      name: 'messages',
      connection: 'EventHubs',
      eventHubName: process.env.EVENT_HUB_NAME || 'device-events',
      cardinality: 'many',
      dataType: 'string',
    },
    // Only an error that is thrown holds the batch back: what cannot even be kept in a queue, or a configuration with mistakes.
    retry: {
      strategy: 'exponentialBackoff',
      maxRetryCount: -1,
      minimumInterval: { seconds: 5 },
      maximumInterval: { minutes: 1 },
    },
    handler: async (messages: unknown, context: InvocationContext) => {
      const { receiveStreamedEvents } = await import('../lib/app/receiveStreamedEvents.ts');
      const log = createLog(context);
      const metadata = context.triggerMetadata ?? {};
      log.info(
        'events received',
        await receiveStreamedEvents(await app(), messages, metadata, Date.now(), log),
      );
    },
  });
}
