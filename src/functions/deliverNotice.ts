import { app as functions, type InvocationContext } from '@azure/functions';
import { queueNames } from '../lib/store/queues.ts';
import { createLog } from '../lib/telemetry/log.ts';
import { app } from './app.ts';

functions.storageQueue('deliverNotice', {
  queueName: queueNames.notices,
  connection: 'AzureWebJobsStorage',
  handler: async (message: unknown, context: InvocationContext) => {
    const { deliverNotice } = await import('../lib/app/deliverNotice.ts');
    await deliverNotice(await app(), message, Date.now(), createLog(context));
  },
});
