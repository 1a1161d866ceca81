import { app as functions, type HttpRequest, type InvocationContext } from '@azure/functions';
import { problemDetails } from '../lib/api/problemDetails.ts';
import { noteRequest } from '../lib/api/requests.ts';
import { app } from '../lib/app/createApp.ts';
import { findIncident } from '../lib/app/listings.ts';
import { addNote, notesOf } from '../lib/app/notes.ts';
import { noteView } from '../lib/pages/noteView.ts';
import { createLog } from '../lib/telemetry/log.ts';
import { answerActed } from './acted.ts';
import { answerAction, answerProblem, answerWhenReady, bodyOf, parameterProblem } from './http.ts';

const route = 'api/incidents/{incidentId}/notes';
const missing = 'there is no incident of this id';

functions.http('listNotes', {
  methods: ['GET', 'HEAD'],
  authLevel: 'function',
  route,
  handler: (request: HttpRequest, context: InvocationContext) =>
    answerWhenReady(app, context, async (ready) => {
      const problem = parameterProblem(request, []);
      if (problem !== null) return answerProblem(problem);
      const found = await findIncident(ready, request.params.incidentId ?? '');
      if (found === null) return answerProblem(problemDetails(404, missing));
      return { status: 200, jsonBody: { items: notesOf(found.file).map(noteView), nextLink: null } };
    }),
});

functions.http('addNote', {
  methods: ['POST'],
  authLevel: 'function',
  route,
  handler: (request: HttpRequest, context: InvocationContext) =>
    answerAction(app, request, context, async (ready) => {
      const body = await bodyOf(request, noteRequest);
      if (!body.ok) return answerProblem(body.problem);
      const { incidentId = '' } = request.params;
      const acted = await addNote(ready, incidentId, body.value, Date.now(), createLog(context));
      return answerActed(acted, 201, { missing, over: 'the incident ended' }, ({ file }) =>
        noteView(notesOf(file)[0]!),
      );
    }),
});
