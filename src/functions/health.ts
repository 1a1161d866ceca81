import { app as functions, type HttpRequest, type InvocationContext } from '@azure/functions';
import { answerWhenReady } from '../lib/app/answerWhenReady.ts';
import { app } from '../lib/app/createApp.ts';

functions.http('health', {
  methods: ['GET'],
  authLevel: 'anonymous',
  route: 'health',
  handler: (_request: HttpRequest, context: InvocationContext) =>
    answerWhenReady(app, context, ({ config }) => ({
      status: 200,
      jsonBody: { status: 'ready', configuration: config.hash.slice(0, 12) },
    })),
});
