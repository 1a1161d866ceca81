import { maySee } from '../lib/access/access.ts';
import { actOnIncident } from '../lib/app/actByLink.ts';
import { linkViewOf, storyOf } from '../lib/app/linkView.ts';
import { findIncident } from '../lib/app/listings.ts';
import { partOf } from '../lib/app/lists/listPage.ts';
import type { OpenIncident } from '../lib/app/openIncident.ts';
import { viewOf } from '../lib/app/openItems.ts';
import { siteForReaders, siteOfKey } from '../lib/app/places.ts';
import { readSaid } from '../lib/pages/link/saidCodes.ts';
import { sitePath } from '../lib/pages/paths.ts';
import { incidentPage, timelinePage } from '../lib/status/incidentPage.ts';
import { readTrail } from '../lib/status/paging.ts';
import { createLog } from '../lib/telemetry/log.ts';
import { formOf } from './form.ts';
import { type AskedPage, statusPage } from './status.ts';

const entriesOnPage = 100;

/** The incident of the path, if whoever asks may see it. */
async function openIncident({ app, request, access, reading }: AskedPage): Promise<OpenIncident | null> {
  const { incidentId = '' } = request.params;
  const found = await findIncident(app, incidentId);
  if (!found || !maySee(access, found.place)) return null;
  const { name, mayAct } = access;
  return {
    ...found,
    app,
    incidentId,
    reader: { kind: 'person', name, mayAct },
    path: reading.paths.incident(incidentId),
    formsOf: JSON.stringify(['incident', incidentId, name]),
  };
}

statusPage('incidentPage', async (asked) => {
  const open = await openIncident(asked);
  if (open === null) return { refusal: 'absent' };
  const { reading, request, app } = asked;
  const { searchParams } = new URL(request.url);
  const list = JSON.stringify(['incidentPage', open.incidentId]);
  const trail = readTrail(list, searchParams);
  const before = Number(trail.at(-1) ?? 0);
  const view = await linkViewOf(open, readSaid(searchParams.get('said')), reading.nowMs, before);
  const { devices, moreDevices } = view.content;
  const parts = { list, trail, next: moreDevices > 0 ? String(before + devices.length) : null };
  const { place, file } = open;
  if (place.kind === 'hub') return { page: incidentPage(view, null, parts, reading) };
  const site = siteOfKey(app.rules, place);
  const hub = file.incident.hubName;
  const way = { hub, name: site.name, path: reading.paths.site(hub, sitePath(site)) };
  return { page: incidentPage(view, way, parts, reading) };
});

statusPage('timelinePage', async (asked) => {
  const open = await openIncident(asked);
  if (open === null) return { refusal: 'absent' };
  const { reading, request, app } = asked;
  const list = JSON.stringify(['timelinePage', open.incidentId]);
  const trail = readTrail(list, new URL(request.url).searchParams);
  const part = partOf(storyOf(open), { limit: entriesOnPage, at: trail.at(-1) ?? null });
  const { summary } = viewOf(app, open.place, open.file);
  const { timeZone } = siteForReaders(app.rules, open.place);
  const incident = { headline: summary, path: open.path, timeZone };
  return { page: timelinePage({ story: part.items, incident, list, trail, next: part.next }, reading) };
});

statusPage('actOnIncident', async (asked) => {
  const { app, request, reading, context } = asked;
  const fields = await formOf(request, app);
  if ('refusal' in fields) return fields;
  const open = await openIncident(asked);
  if (open === null) return { refusal: 'absent' };
  const pressed = { action: request.params.action ?? '', fields: fields.fields };
  const done = await actOnIncident(open, pressed, reading.nowMs, createLog(context));
  if (done.kind === 'refused') return { refusal: done.refusal };
  return { seeOther: `${open.path}?said=${done.said}` };
});
