import type { HttpResponseInit, InvocationContext } from '@azure/functions';
import { createLog } from '../telemetry/log.ts';
import type { App } from './app.ts';

/**
 * Answers a request with the app, or 503 while there is none: the configuration or a setting is wrong. The reasons are
 * in the log alone, for they may name hosts.
 */
export async function answerWhenReady(
  app: () => Promise<App>,
  context: InvocationContext,
  answer: (app: App) => Promise<HttpResponseInit> | HttpResponseInit,
): Promise<HttpResponseInit> {
  let ready: App;
  try {
    ready = await app();
  } catch (error) {
    createLog(context).error('not ready', { because: String(error) });
    return { status: 503, jsonBody: { status: 'not ready' } };
  }
  return answer(ready);
}
