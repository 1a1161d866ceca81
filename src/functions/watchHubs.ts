import { app as functions, type InvocationContext, type Timer } from '@azure/functions';
import { createLog } from '../lib/telemetry/log.ts';
import { app } from './app.ts';

functions.timer('watchHubs', {
  schedule: '40 */5 * * * *',
  handler: async (_timer: Timer, context: InvocationContext) => {
    const { watchHubs } = await import('../lib/app/watchHubs.ts');
    await watchHubs(await app(), Date.now(), createLog(context));
  },
});
