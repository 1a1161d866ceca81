import type { HttpRequest } from '@azure/functions';
import { openApi } from '../lib/api/openApi.ts';
import { app } from '../lib/app/createApp.ts';
import { listReceivers } from '../lib/app/lists/receivers.ts';
import { responderView } from '../lib/app/lists/responder.ts';
import { codeVersion } from '../lib/app/version.ts';
import { answers } from './answering.ts';
import { answerProblem, answerWhenReady, parameterProblem } from './http.ts';
import { lists, reads } from './read.ts';
import { served } from './serve.ts';

lists('listReceivers', ({ app: ready, nowMs }, part) => listReceivers(ready, part, nowMs));

reads('getResponder', ({ app: ready, nowMs }) => responderView(ready, nowMs));

answers(
  'openApi',
  served((request: HttpRequest, context) =>
    answerWhenReady(app, context, ({ publicUrl }) => {
      const problem = parameterProblem(request, []);
      if (problem !== null) return answerProblem(problem);
      return { status: 200, jsonBody: openApi(codeVersion, publicUrl ?? new URL(request.url).origin) };
    }),
  ),
);
