import { app as functions, type InvocationContext } from '@azure/functions';
import { app } from '../lib/app/createApp.ts';
import { deliverNotice } from '../lib/app/deliverNotice.ts';
import { queueNames } from '../lib/store/queues.ts';
import { createLog } from '../lib/telemetry/log.ts';

functions.storageQueue('deliverNotice', {
  queueName: queueNames.notices,
  connection: 'AzureWebJobsStorage',
  handler: async (message: unknown, context: InvocationContext) =>
    deliverNotice(await app(), message, Date.now(), createLog(context)),
});
