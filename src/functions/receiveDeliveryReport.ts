import { app as functions, type InvocationContext } from '@azure/functions';
import { app } from '../lib/app/createApp.ts';
import { receiveDeliveryReports } from '../lib/app/receiveDeliveryReports.ts';
import { createLog } from '../lib/telemetry/log.ts';

// Whole batches, as of the hub's events.
functions.generic('receiveDeliveryReport', {
  trigger: { type: 'eventGridTrigger', name: 'reports', cardinality: 'many' },
  handler: async (delivery: unknown, context: InvocationContext) =>
    receiveDeliveryReports(await app(), delivery, createLog(context)),
});
