import { app as functions, type InvocationContext, type Timer } from '@azure/functions';
import { createLog } from '../lib/telemetry/log.ts';
import { app } from './app.ts';

/** Less than a minute, or every other run would find the last one's look young enough. */
const configAgeMs = 30_000;

functions.timer('sweep', {
  // Every minute, at the second at which most other schedules do not run.
  schedule: '20 * * * * *',
  handler: async (_timer: Timer, context: InvocationContext) => {
    const { sweep } = await import('../lib/app/sweep.ts');
    await sweep(await app(configAgeMs), Date.now(), createLog(context));
  },
});
