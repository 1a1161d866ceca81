import type { HttpRequest, InvocationContext } from '@azure/functions';
import { app } from '../lib/app/createApp.ts';
import { answers } from './answering.ts';
import { answerWhenReady } from './http.ts';
import { served } from './serve.ts';

answers(
  'health',
  served((_request: HttpRequest, context: InvocationContext) =>
    answerWhenReady(app, context, ({ rules }) => ({
      status: 200,
      jsonBody: { status: 'ready', configuration: rules.version.hash.slice(0, 12) },
    })),
  ),
);
