import { app as functions, type HttpRequest, type InvocationContext } from '@azure/functions';
import { app } from '../lib/app/createApp.ts';
import { answerWhenReady } from './http.ts';
import { served } from './serve.ts';

functions.http('health', {
  methods: ['GET', 'HEAD'],
  authLevel: 'anonymous',
  route: 'api/health',
  handler: served((_request: HttpRequest, context: InvocationContext) =>
    answerWhenReady(app, context, ({ rules }) => ({
      status: 200,
      jsonBody: { status: 'ready', configuration: rules.version.hash.slice(0, 12) },
    })),
  ),
});
