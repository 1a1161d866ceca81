import { app as functions, type InvocationContext } from '@azure/functions';
import { createLog } from '../lib/telemetry/log.ts';
import { app } from './app.ts';

export async function receiveConnectionEvent(delivery: unknown, context: InvocationContext): Promise<void> {
  const { receiveEvents } = await import('../lib/app/receiveEvents.ts');
  await receiveEvents(await app(), delivery, Date.now(), createLog(context));
}

// Through `generic`, because `app.eventGrid` cannot ask for whole batches (docs/platform.md#batches).
functions.generic('receiveConnectionEvent', {
  trigger: { type: 'eventGridTrigger', name: 'events', cardinality: 'many' },
  handler: receiveConnectionEvent,
});
