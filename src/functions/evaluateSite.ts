import { app as functions, type InvocationContext } from '@azure/functions';
import type { App } from '../lib/app/app.ts';
import { app } from '../lib/app/createApp.ts';
import { evaluateSite } from '../lib/app/evaluateSite.ts';
import { type EvaluationMessage, queueNames } from '../lib/store/queues.ts';
import { createLog } from '../lib/telemetry/log.ts';

/** Messages for a new configuration come by the hundred: one look serves them. */
const configAgeMs = 5_000;

functions.storageQueue('evaluateSite', {
  queueName: queueNames.evaluations,
  connection: 'AzureWebJobsStorage',
  handler: async (message: unknown, context: InvocationContext) =>
    evaluateSite(await appFor(message), message, Date.now(), createLog(context)),
});

/** A wake-up for a new configuration is not worked on by an old one. */
async function appFor(message: unknown): Promise<App> {
  const found = await app();
  const wanted = (message as Partial<EvaluationMessage> | null)?.config ?? found.rules.version.hash;
  return wanted === found.rules.version.hash ? found : app(configAgeMs);
}
