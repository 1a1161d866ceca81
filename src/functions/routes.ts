import type { HttpRequest, InvocationContext } from '@azure/functions';
import { maySee } from '../lib/access/access.ts';
import { lossOf, lossParameters, lossRequest } from '../lib/api/lossRequest.ts';
import { outlookView } from '../lib/api/outlookView.ts';
import { check } from '../lib/api/readBody.ts';
import { withFreshControls } from '../lib/app/app.ts';
import { app } from '../lib/app/createApp.ts';
import { siteKeyOf } from '../lib/directory/placeKey.ts';
import { outlookOf } from '../lib/policy/outlook.ts';
import { accessOfCall } from './access.ts';
import { answers } from './answering.ts';
import { answerProblem, answerWhenReady, parameterProblem } from './http.ts';
import { notAllowed } from './read.ts';
import { served } from './serve.ts';

answers(
  'getRoutes',
  served((request: HttpRequest, context: InvocationContext) =>
    answerWhenReady(app, context, async (ready) => {
      const access = accessOfCall(ready, request);
      if (access === null) return answerProblem(notAllowed);
      const problem = parameterProblem(request, lossParameters);
      if (problem !== null) return answerProblem(problem);
      const { code: _key, ...parameters } = Object.fromEntries(request.query);
      const asked = check(lossRequest, parameters, 'query');
      if (!asked.ok) return answerProblem(asked.problem);
      const { rules } = await withFreshControls(ready);
      const loss = lossOf(asked.value, rules, Date.now());
      if (!maySee(access, siteKeyOf(loss.hub, loss.site))) return answerProblem(notAllowed);
      return { status: 200, jsonBody: outlookView(outlookOf(rules, loss), loss, rules) };
    }),
  ),
);
