import { app as functions, type InvocationContext } from '@azure/functions';
import { queueNames } from '../lib/store/queues.ts';
import { createLog } from '../lib/telemetry/log.ts';
import { app } from './app.ts';

functions.storageQueue('evaluateSite', {
  queueName: queueNames.evaluations,
  connection: 'AzureWebJobsStorage',
  handler: async (message: unknown, context: InvocationContext) => {
    const { evaluateSite } = await import('../lib/app/evaluateSite.ts');
    await evaluateSite(await app(), message, Date.now(), createLog(context));
  },
});
