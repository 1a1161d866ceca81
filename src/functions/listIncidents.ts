import { app as functions, type HttpRequest, type InvocationContext } from '@azure/functions';
import { problemDetails } from '../lib/api/problemDetails.ts';
import { app } from '../lib/app/createApp.ts';
import { getIncident, listIncidents, listNotices } from '../lib/app/listings.ts';
import { answerList, answerProblem, answerWhenReady } from './http.ts';

functions.http('listIncidents', {
  methods: ['GET', 'HEAD'],
  authLevel: 'function',
  route: 'api/incidents',
  handler: (request: HttpRequest, context: InvocationContext) =>
    answerWhenReady(app, context, (ready) =>
      answerList(request, 'status', ['open', 'resolved'], (query) => listIncidents(ready, query)),
    ),
});

functions.http('getIncident', {
  methods: ['GET', 'HEAD'],
  authLevel: 'function',
  route: 'api/incidents/{incidentId}',
  handler: (request: HttpRequest, context: InvocationContext) =>
    answerWhenReady(app, context, async (ready) => {
      const incident = await getIncident(ready, request.params.incidentId ?? '');
      return incident
        ? { status: 200, jsonBody: incident }
        : answerProblem(problemDetails(404, 'there is no incident of this id'));
    }),
});

functions.http('listNotices', {
  methods: ['GET', 'HEAD'],
  authLevel: 'function',
  route: 'api/notices',
  handler: (request: HttpRequest, context: InvocationContext) =>
    answerWhenReady(app, context, (ready) =>
      answerList(request, 'state', ['pending', 'sent', 'failed', 'dropped'], (query) =>
        listNotices(ready, query),
      ),
    ),
});
