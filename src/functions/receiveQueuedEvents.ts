import { app as functions, type InvocationContext } from '@azure/functions';
import { eventSourceOf } from '../lib/events/eventSource.ts';
import { queueNames } from '../lib/store/queues.ts';
import { createLog } from '../lib/telemetry/log.ts';
import { app } from './app.ts';

const source = eventSourceOf(process.env.EVENT_SOURCE || null);

// What Event Grid puts into the queue, and what a batch of an event hub left there.
if (source === 'storageQueue' || source === 'eventHubs') {
  functions.storageQueue('receiveQueuedEvents', {
    queueName: queueNames.events,
    connection: 'AzureWebJobsStorage',
    handler: async (message: unknown, context: InvocationContext) => {
      const { receiveQueuedEvents } = await import('../lib/app/receiveQueuedEvents.ts');
      const log = createLog(context);
      log.info('events received', await receiveQueuedEvents(await app(), message, Date.now(), log));
    },
  });
}
