import type { HttpRequest, InvocationContext } from '@azure/functions';
import { noteRequest } from '../lib/api/requests.ts';
import { app } from '../lib/app/createApp.ts';
import { addNote, notesOf } from '../lib/app/notes.ts';
import { noteView } from '../lib/pages/noteView.ts';
import { createLog } from '../lib/telemetry/log.ts';
import { answerActed } from './acted.ts';
import { answers } from './answering.ts';
import { answerIncidentAction, answerProblem, bodyOf, doneBy } from './http.ts';
import { served } from './serve.ts';

const missing = 'there is no incident of this id';

answers(
  'addNote',
  served((request: HttpRequest, context: InvocationContext) =>
    answerIncidentAction(app, request, context, async (ready, incidentId, access) => {
      const body = await bodyOf(request, noteRequest);
      if (!body.ok) return answerProblem(body.problem);
      const acted = await addNote(
        ready,
        incidentId,
        doneBy(body.value, access),
        Date.now(),
        createLog(context),
      );
      return answerActed(acted, 201, { missing, over: 'the incident ended' }, ({ file }) =>
        noteView(notesOf(file)[0]!),
      );
    }),
  ),
);
