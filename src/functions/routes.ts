import type { HttpRequest, InvocationContext } from '@azure/functions';
import { lossOf, lossParameters, lossRequest } from '../lib/api/lossRequest.ts';
import { outlookView } from '../lib/api/outlookView.ts';
import { check } from '../lib/api/readBody.ts';
import { withFreshControls } from '../lib/app/app.ts';
import { app } from '../lib/app/createApp.ts';
import { outlookOf } from '../lib/policy/outlook.ts';
import { answers } from './answering.ts';
import { answerProblem, answerWhenReady, parameterProblem } from './http.ts';
import { served } from './serve.ts';

answers(
  'getRoutes',
  served((request: HttpRequest, context: InvocationContext) =>
    answerWhenReady(app, context, async (ready) => {
      const problem = parameterProblem(request, lossParameters);
      if (problem !== null) return answerProblem(problem);
      const { code: _key, ...parameters } = Object.fromEntries(request.query);
      const asked = check(lossRequest, parameters, 'query');
      if (!asked.ok) return answerProblem(asked.problem);
      const { rules } = await withFreshControls(ready);
      const loss = lossOf(asked.value, rules, Date.now());
      return { status: 200, jsonBody: outlookView(outlookOf(rules, loss), loss, rules) };
    }),
  ),
);
