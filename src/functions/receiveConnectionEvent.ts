import { app as functions, type InvocationContext } from '@azure/functions';
import { app } from '../lib/app/createApp.ts';
import { receiveEvents } from '../lib/app/receiveEvents.ts';
import { createLog } from '../lib/telemetry/log.ts';

export async function receiveConnectionEvent(delivery: unknown, context: InvocationContext): Promise<void> {
  const log = createLog(context);
  const received = await receiveEvents(await app(), delivery, Date.now(), log);
  log.info('events received', received);
}

// Through `generic`, because `app.eventGrid` cannot ask for whole batches (docs/platform.md#batches).
functions.generic('receiveConnectionEvent', {
  trigger: { type: 'eventGridTrigger', name: 'events', cardinality: 'many' },
  handler: receiveConnectionEvent,
});
