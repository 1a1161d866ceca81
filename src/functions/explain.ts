import { app as functions, type HttpRequest, type InvocationContext } from '@azure/functions';
import { maySee } from '../lib/access/access.ts';
import { explainRequest } from '../lib/api/explainRequest.ts';
import { problemDetails } from '../lib/api/problemDetails.ts';
import { check } from '../lib/api/readBody.ts';
import { app } from '../lib/app/createApp.ts';
import { explainDevice } from '../lib/app/explainDevice.ts';
import { siteKeyOf } from '../lib/directory/placeKey.ts';
import { placeOf } from '../lib/directory/placeOf.ts';
import { explanationView } from '../lib/pages/explanationView.ts';
import { accessOfCall } from './access.ts';
import { answerProblem, answerWhenReady, parameterProblem } from './http.ts';

functions.http('explain', {
  methods: ['GET', 'HEAD'],
  authLevel: 'function',
  route: 'api/explain',
  handler: (request: HttpRequest, context: InvocationContext) =>
    answerWhenReady(app, context, async (ready) => {
      const problem = parameterProblem(request, ['hub', 'device', 'module', 'at', 'receiver']);
      if (problem !== null) return answerProblem(problem);
      const { code: _key, ...parameters } = Object.fromEntries(request.query);
      const asked = check(explainRequest, parameters, 'query');
      if (!asked.ok) return answerProblem(asked.problem);
      const nowMs = Date.now();
      const { hub, device, module, at, receiver } = asked.value;
      const access = accessOfCall(ready, request);
      if (access === null || !maySee(access, siteKeyOf(hub, placeOf(ready.rules, device))))
        return answerProblem(problemDetails(403, 'whoever asks has no role that may see this'));
      const question = { hub, deviceId: device, moduleId: module, atMs: at ?? nowMs, receiver };
      const answer = await explainDevice(ready, question, nowMs);
      if (answer.kind === 'explained') return { status: 200, jsonBody: explanationView(answer.value) };
      const oldest = new Date(answer.oldestMs).toISOString();
      return answerProblem(problemDetails(400, `at is not within what is kept: from ${oldest} until now`));
    }),
});
