import type { HttpRequest, InvocationContext } from '@azure/functions';
import { silenceRequest } from '../lib/api/requests.ts';
import { silenceView } from '../lib/api/views.ts';
import { app } from '../lib/app/createApp.ts';
import { addSilence, endSilence } from '../lib/app/silences.ts';
import { staysWithin } from '../lib/control/controlMatch.ts';
import { createLog } from '../lib/telemetry/log.ts';
import { answerActed } from './acted.ts';
import { answers } from './answering.ts';
import { listControls, mayEnd } from './controls.ts';
import { answerAction, answerProblem, bodyOf, doneBy, mayNotAct, whoTakesBack } from './http.ts';
import { lists } from './read.ts';
import { served } from './serve.ts';

const words = { missing: 'there is no silence of this id', over: 'the silence ended' };

lists('listSilences', (asked, part) =>
  listControls(asked, asked.query.status ?? null, part, ({ silences }, nowMs, seen) =>
    seen(silences.toReversed()).map((silence) => silenceView(silence, nowMs)),
  ),
);

answers(
  'addSilence',
  served((request: HttpRequest, context: InvocationContext) =>
    answerAction(app, request, context, async (ready, access) => {
      const body = await bodyOf(request, silenceRequest);
      if (!body.ok) return answerProblem(body.problem);
      if (!staysWithin(body.value.match, access.sites)) return mayNotAct();
      const { for: forMs, ...asked } = doneBy(body.value, access);
      const nowMs = Date.now();
      const acted = await addSilence(ready, { ...asked, forMs }, nowMs, createLog(context));
      return answerActed(acted, 201, words, (silence) => silenceView(silence, nowMs));
    }),
  ),
);

answers(
  'endSilence',
  served((request: HttpRequest, context: InvocationContext) =>
    answerAction(app, request, context, async (ready, access) => {
      const who = await whoTakesBack(request);
      if (!who.ok) return answerProblem(who.problem);
      const nowMs = Date.now();
      const { silenceId = '' } = request.params;
      if (!(await mayEnd(ready, access, silenceId, nowMs, ({ silences }) => silences))) return mayNotAct();
      const acted = await endSilence(ready, silenceId, doneBy(who.value, access), nowMs, createLog(context));
      return answerActed(acted, 200, words, (silence) => silenceView(silence, nowMs));
    }),
  ),
);
