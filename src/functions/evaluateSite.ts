import { app as functions, type InvocationContext } from '@azure/functions';
import { app } from '../lib/app/createApp.ts';
import { evaluateSite } from '../lib/app/evaluateSite.ts';
import { queueNames } from '../lib/store/queues.ts';
import { createLog } from '../lib/telemetry/log.ts';

functions.storageQueue('evaluateSite', {
  queueName: queueNames.evaluations,
  connection: 'AzureWebJobsStorage',
  handler: async (message: unknown, context: InvocationContext) =>
    evaluateSite(await app(), message, Date.now(), createLog(context)),
});
