import { app as functions } from '@azure/functions';
import './functions/receiveConnectionEvent.ts';
import './functions/receiveQueuedEvents.ts';
import './functions/receiveStreamedEvents.ts';
import './functions/evaluateSite.ts';
import './functions/deliverNotice.ts';
import './functions/receiveDeliveryReport.ts';
import './functions/sweep.ts';
import './functions/watchHubs.ts';
import './functions/httpFunctions.ts';
import { app } from './functions/app.ts';
import { connectPatiently } from './lib/outgoing/connectPatience.ts';

connectPatiently();

// A local start stops at a mistake in the configuration. In Azure a throw here would leave an app without functions,
// to which Event Grid could deliver nothing: there every invocation fails with the mistakes until they are mended.
functions.hook.appStart(async () => {
  if (process.env.AZURE_FUNCTIONS_ENVIRONMENT !== 'Development') return;
  try {
    await app();
  } catch (error) {
    // The host does not show why a start hook failed (`WorkerInitResponse`), only what its worker prints
    // (azure-functions-host, WorkerProcess.cs).
    console.error(error instanceof Error ? error.message : error);
    throw error;
  }
});
