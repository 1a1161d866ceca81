import { app as functions, type InvocationContext, type Timer } from '@azure/functions';
import { app } from '../lib/app/createApp.ts';
import { sweep } from '../lib/app/sweep.ts';
import { createLog } from '../lib/telemetry/log.ts';

functions.timer('sweep', {
  // Every minute, at the second at which most other schedules do not run.
  schedule: '20 * * * * *',
  handler: async (_timer: Timer, context: InvocationContext) => {
    await sweep(await app(), Date.now(), createLog(context));
  },
});
