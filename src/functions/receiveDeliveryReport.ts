import { app as functions, type InvocationContext } from '@azure/functions';
import { createLog } from '../lib/telemetry/log.ts';
import { app } from './app.ts';

// Whole batches, as of the hub's events.
functions.generic('receiveDeliveryReport', {
  trigger: { type: 'eventGridTrigger', name: 'reports', cardinality: 'many' },
  handler: async (delivery: unknown, context: InvocationContext) => {
    const { receiveDeliveryReports } = await import('../lib/app/receiveDeliveryReports.ts');
    await receiveDeliveryReports(await app(), delivery, createLog(context));
  },
});
