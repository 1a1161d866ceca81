import type { Call } from '../lib/api/call.ts';
import { findIncident, incidentWithStory } from '../lib/app/listings.ts';
import { listIncidents } from '../lib/app/lists/incidents.ts';
import { partOf } from '../lib/app/lists/listPage.ts';
import { listNotices } from '../lib/app/lists/notices.ts';
import { isVisible } from '../lib/app/lists/siteItems.ts';
import { memberItems, timelineItems } from '../lib/app/lists/story.ts';
import { notesOf } from '../lib/app/notes.ts';
import { noteView } from '../lib/pages/noteView.ts';
import { siteNamed } from '../lib/pages/paths.ts';
import { type Asked, absent, lists, mistaken, reads } from './read.ts';

const noIncident = (asked: Pick<Asked<Call>, 'visible'>) => absent(asked, 'there is no incident of this id');

lists('listIncidents', async ({ app, query, visible }, part) => {
  const { status = null, hub = null, device = null, since: sinceMs = null, until: untilMs = null } = query;
  if (sinceMs !== null && untilMs !== null && untilMs < sinceMs) {
    return mistaken('until', new Date(untilMs).toISOString(), 'is before since; use a later instant');
  }
  const site = query.site === undefined ? null : siteNamed(app.rules, query.site);
  return listIncidents(app, { status, hub, site, device, sinceMs, untilMs, visible }, part);
});

/** The incident of the path, if whoever asks may see it. */
async function found({ app, params: { incidentId = '' }, visible }: Asked<Call>) {
  const incident = await findIncident(app, incidentId);
  return incident && isVisible(visible, incident.place) ? incident : null;
}

reads('getIncident', async (asked) => {
  const incident = await found(asked);
  return incident ? incidentWithStory(asked.app, incident) : noIncident(asked);
});

lists('getTimeline', async (asked, part) => {
  const incident = await found(asked);
  return incident ? timelineItems(incident.file, part) : noIncident(asked);
});

lists('listIncidentDevices', async (asked, part) => {
  const incident = await found(asked);
  return incident ? memberItems(incident.file, part) : noIncident(asked);
});

lists('listNotes', async (asked, part) => {
  const incident = await found(asked);
  return incident ? partOf(notesOf(incident.file).map(noteView), part) : noIncident(asked);
});

lists('listNotices', ({ app, query: { state = null }, visible }, part) =>
  listNotices(app, { state, visible }, part),
);
