import type { HttpRequest, InvocationContext } from '@azure/functions';
import { acknowledgeRequest } from '../lib/api/requests.ts';
import { acknowledgementView } from '../lib/api/views.ts';
import { acknowledge, takeBack } from '../lib/app/acknowledge.ts';
import { app } from '../lib/app/createApp.ts';
import { createLog } from '../lib/telemetry/log.ts';
import { answerActed } from './acted.ts';
import { answers } from './answering.ts';
import { answerIncidentAction, answerProblem, bodyOf, doneBy, whoTakesBack } from './http.ts';
import { served } from './serve.ts';

const missing = 'there is no incident of this id';

answers(
  'acknowledge',
  served((request: HttpRequest, context: InvocationContext) =>
    answerIncidentAction(app, request, context, async (ready, incidentId, access) => {
      const body = await bodyOf(request, acknowledgeRequest);
      if (!body.ok) return answerProblem(body.problem);
      const { by, for: forMs, note } = doneBy(body.value, access);
      const acted = await acknowledge(ready, incidentId, { by, forMs, note }, Date.now(), createLog(context));
      return answerActed(acted, 201, { missing, over: 'the incident ended' }, ({ file }) =>
        acknowledgementView(incidentId, file.incident.acknowledged!),
      );
    }),
  ),
);

answers(
  'takeBackAcknowledgement',
  served((request: HttpRequest, context: InvocationContext) =>
    answerIncidentAction(app, request, context, async (ready, incidentId, access) => {
      const who = await whoTakesBack(request);
      if (!who.ok) return answerProblem(who.problem);
      const acted = await takeBack(
        ready,
        incidentId,
        doneBy(who.value, access),
        Date.now(),
        createLog(context),
      );
      const words = {
        missing: 'there is no incident of this id, or nobody has acknowledged it',
        over: 'the incident or its acknowledgement ended',
      };
      return answerActed(acted, 200, words, ({ file }) =>
        acknowledgementView(incidentId, file.incident.acknowledged!),
      );
    }),
  ),
);
