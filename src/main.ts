import { app as functions } from '@azure/functions';
import './functions/receiveConnectionEvent.ts';
import './functions/receiveQueuedEvents.ts';
import './functions/receiveStreamedEvents.ts';
import './functions/evaluateSite.ts';
import './functions/deliverNotice.ts';
import './functions/receiveDeliveryReport.ts';
import './functions/sweep.ts';
import './functions/watchHubs.ts';
import './functions/health.ts';
import './functions/sites.ts';
import './functions/devices.ts';
import './functions/listIncidents.ts';
import './functions/openLink.ts';
import './functions/actByLink.ts';
import './functions/statusPages.ts';
import './functions/incidentPages.ts';
import './functions/pageScript.ts';
import './functions/responder.ts';
import './functions/report.ts';
import './functions/acknowledge.ts';
import './functions/notes.ts';
import './functions/silences.ts';
import './functions/maintenance.ts';
import './functions/routes.ts';
import './functions/explain.ts';
import { app } from './lib/app/createApp.ts';
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
