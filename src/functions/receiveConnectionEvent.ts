import { app as functions, type InvocationContext } from '@azure/functions';
import { app } from '../lib/app/createApp.ts';
import { receiveEvents } from '../lib/app/receiveEvents.ts';
import { createLog } from '../lib/telemetry/log.ts';

export async function receiveConnectionEvent(delivery: unknown, context: InvocationContext): Promise<void> {
  await receiveEvents(await app(), delivery, Date.now(), createLog(context));
}

// Through `generic`, because `app.eventGrid` cannot ask for whole batches (docs/platform.md#batches).
functions.generic('receiveConnectionEvent', {
  trigger: { type: 'eventGridTrigger', name: 'events', cardinality: 'many' },
  handler: receiveConnectionEvent,
});
