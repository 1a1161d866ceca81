import { siteNamed } from '../lib/api/paths.ts';
import { findIncident, getIncident } from '../lib/app/listings.ts';
import { listIncidents } from '../lib/app/lists/incidents.ts';
import { partOf } from '../lib/app/lists/listPage.ts';
import { listNotices } from '../lib/app/lists/notices.ts';
import { memberItems, timelineItems } from '../lib/app/lists/story.ts';
import { notesOf } from '../lib/app/notes.ts';
import { noteView } from '../lib/pages/noteView.ts';
import { lists, missing, mistaken, reads } from './read.ts';

const noIncident = () => missing('there is no incident of this id');

lists('listIncidents', async ({ app, query }, part) => {
  const { status = null, hub = null, device = null, since: sinceMs = null, until: untilMs = null } = query;
  if (sinceMs !== null && untilMs !== null && untilMs < sinceMs) {
    return mistaken('until', new Date(untilMs).toISOString(), 'is before since; use a later instant');
  }
  const site = query.site === undefined ? null : siteNamed(app.rules, query.site);
  return listIncidents(app, { status, hub, site, device, sinceMs, untilMs, visible: null }, part);
});

reads('getIncident', async ({ app, params: { incidentId = '' } }) => {
  return (await getIncident(app, incidentId)) ?? noIncident();
});

lists('getTimeline', async ({ app, params: { incidentId = '' } }, part) => {
  const found = await findIncident(app, incidentId);
  return found ? timelineItems(found.file, part) : noIncident();
});

lists('listIncidentDevices', async ({ app, params: { incidentId = '' } }, part) => {
  const found = await findIncident(app, incidentId);
  return found ? memberItems(found.file, part) : noIncident();
});

lists('listNotes', async ({ app, params: { incidentId = '' } }, part) => {
  const found = await findIncident(app, incidentId);
  return found ? partOf(notesOf(found.file).map(noteView), part) : noIncident();
});

lists('listNotices', ({ app, query: { state = null } }, part) =>
  listNotices(app, { state, visible: null }, part),
);
