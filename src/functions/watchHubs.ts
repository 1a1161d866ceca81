import { app as functions, type InvocationContext, type Timer } from '@azure/functions';
import { app } from '../lib/app/createApp.ts';
import { watchHubs } from '../lib/app/watchHubs.ts';
import { createLog } from '../lib/telemetry/log.ts';

functions.timer('watchHubs', {
  schedule: '40 */5 * * * *',
  handler: async (_timer: Timer, context: InvocationContext) => {
    await watchHubs(await app(), Date.now(), createLog(context));
  },
});
