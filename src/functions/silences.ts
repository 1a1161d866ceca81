import { app as functions, type HttpRequest, type InvocationContext } from '@azure/functions';
import { silenceRequest } from '../lib/api/requests.ts';
import { silenceView } from '../lib/api/views.ts';
import { app } from '../lib/app/createApp.ts';
import { addSilence, endSilence } from '../lib/app/silences.ts';
import { createLog } from '../lib/telemetry/log.ts';
import { answerActed } from './acted.ts';
import { answerControls } from './controls.ts';
import { answerAction, answerProblem, answerWhenReady, bodyOf, whoTakesBack } from './http.ts';

const words = { missing: 'there is no silence of this id', over: 'the silence ended' };

functions.http('listSilences', {
  methods: ['GET', 'HEAD'],
  authLevel: 'function',
  route: 'api/silences',
  handler: (request: HttpRequest, context: InvocationContext) =>
    answerWhenReady(app, context, (ready) =>
      answerControls(ready, request, ({ silences }) => silences, silenceView),
    ),
});

functions.http('addSilence', {
  methods: ['POST'],
  authLevel: 'function',
  route: 'api/silences',
  handler: (request: HttpRequest, context: InvocationContext) =>
    answerAction(app, request, context, async (ready) => {
      const body = await bodyOf(request, silenceRequest);
      if (!body.ok) return answerProblem(body.problem);
      const { for: forMs, ...asked } = body.value;
      const nowMs = Date.now();
      const acted = await addSilence(ready, { ...asked, forMs }, nowMs, createLog(context));
      return answerActed(acted, 201, words, (silence) => silenceView(silence, nowMs));
    }),
});

functions.http('endSilence', {
  methods: ['DELETE'],
  authLevel: 'function',
  route: 'api/silences/{silenceId}',
  handler: (request: HttpRequest, context: InvocationContext) =>
    answerAction(app, request, context, async (ready) => {
      const who = await whoTakesBack(request);
      if (!who.ok) return answerProblem(who.problem);
      const nowMs = Date.now();
      const { silenceId = '' } = request.params;
      const acted = await endSilence(ready, silenceId, who.value, nowMs, createLog(context));
      return answerActed(acted, 200, words, (silence) => silenceView(silence, nowMs));
    }),
});
