import type { HttpRequest, InvocationContext } from '@azure/functions';
import { windowProblem } from '../lib/api/readBody.ts';
import { maintenanceRequest } from '../lib/api/requests.ts';
import { plannedView, windowView } from '../lib/api/views.ts';
import { app } from '../lib/app/createApp.ts';
import { addWindow, endWindow } from '../lib/app/windows.ts';
import { staysWithin } from '../lib/control/controlMatch.ts';
import { createLog } from '../lib/telemetry/log.ts';
import { answerActed } from './acted.ts';
import { answers } from './answering.ts';
import { listControls, mayEnd } from './controls.ts';
import { answerAction, answerProblem, bodyOf, doneBy, mayNotAct, whoTakesBack } from './http.ts';
import { lists } from './read.ts';
import { served } from './serve.ts';

const words = { missing: 'there is no maintenance window of this id', over: 'the window ended' };

lists('listMaintenance', (asked, part) =>
  listControls(asked, asked.query.status ?? null, part, ({ windows }, nowMs, seen) => [
    ...seen(windows.toReversed()).map((window) => windowView(window, nowMs)),
    ...seen(asked.app.rules.maintenance).map((window) => plannedView(window, nowMs)),
  ]),
);

answers(
  'addMaintenance',
  served((request: HttpRequest, context: InvocationContext) =>
    answerAction(app, request, context, async (ready, access) => {
      const body = await bodyOf(request, maintenanceRequest);
      if (!body.ok) return answerProblem(body.problem);
      if (!staysWithin(body.value.match, access.sites)) return mayNotAct();
      const nowMs = Date.now();
      const problem = windowProblem(body.value, nowMs);
      if (problem !== null) return answerProblem(problem);
      const {
        from: fromMs,
        until: untilMs,
        returnGrace: returnGraceMs,
        ...asked
      } = doneBy(body.value, access);
      const window = { ...asked, fromMs, untilMs, returnGraceMs };
      const acted = await addWindow(ready, window, nowMs, createLog(context));
      return answerActed(acted, 201, words, (added) => windowView(added, nowMs));
    }),
  ),
);

answers(
  'endMaintenance',
  served((request: HttpRequest, context: InvocationContext) =>
    answerAction(app, request, context, async (ready, access) => {
      const who = await whoTakesBack(request);
      if (!who.ok) return answerProblem(who.problem);
      const nowMs = Date.now();
      const { windowId = '' } = request.params;
      if (!(await mayEnd(ready, access, windowId, nowMs, ({ windows }) => windows))) return mayNotAct();
      const acted = await endWindow(ready, windowId, doneBy(who.value, access), nowMs, createLog(context));
      return answerActed(acted, 200, words, (ended) => windowView(ended, nowMs));
    }),
  ),
);
