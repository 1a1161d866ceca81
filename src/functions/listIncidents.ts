import { app as functions, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import { answerList } from '../lib/app/answerList.ts';
import { app } from '../lib/app/createApp.ts';
import { getIncident, listIncidents, listNotices } from '../lib/app/listings.ts';

functions.http('listIncidents', {
  methods: ['GET'],
  authLevel: 'function',
  route: 'incidents',
  handler: (request: HttpRequest) =>
    answerList(request, 'status', ['open', 'resolved'], async (query) => listIncidents(await app(), query)),
});

functions.http('getIncident', {
  methods: ['GET'],
  authLevel: 'function',
  route: 'incidents/{incidentId}',
  handler: async (request: HttpRequest): Promise<HttpResponseInit> => {
    const incident = await getIncident(await app(), request.params.incidentId ?? '');
    return incident
      ? { status: 200, jsonBody: incident }
      : { status: 404, jsonBody: { error: 'there is no incident of this id' } };
  },
});

functions.http('listNotices', {
  methods: ['GET'],
  authLevel: 'function',
  route: 'notices',
  handler: (request: HttpRequest) =>
    answerList(request, 'state', ['pending', 'sent', 'failed', 'dropped'], async (query) =>
      listNotices(await app(), query),
    ),
});
