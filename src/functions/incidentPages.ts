import { maySee } from '../lib/access/access.ts';
import { actOnIncident } from '../lib/app/actByLink.ts';
import { linkViewOf } from '../lib/app/linkView.ts';
import { findIncident } from '../lib/app/listings.ts';
import type { OpenIncident } from '../lib/app/openIncident.ts';
import { siteOfKey } from '../lib/app/places.ts';
import { isForeign } from '../lib/pages/html/formOrigin.ts';
import { readSaid } from '../lib/pages/link/saidCodes.ts';
import { sitePath } from '../lib/pages/paths.ts';
import { incidentPage } from '../lib/pages/status/incidentPage.ts';
import { createLog } from '../lib/telemetry/log.ts';
import { mostFormBody } from './actByLink.ts';
import { type AskedPage, statusPage } from './status.ts';

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

statusPage('incidentPage', 'status/incidents/{incidentId}', async (asked) => {
  const open = await openIncident(asked);
  if (open === null) return { refusal: 'absent' };
  const { reading, request, app } = asked;
  const view = await linkViewOf(open, readSaid(request.query.get('said')), reading.nowMs);
  const { place, file } = open;
  if (place.kind === 'hub') return { page: incidentPage(view, null, reading) };
  const site = siteOfKey(app.rules, place);
  const hub = file.incident.hubName;
  const way = { hub, name: site.name, path: reading.paths.site(hub, sitePath(site)) };
  return { page: incidentPage(view, way, reading) };
});

statusPage(
  'actOnIncident',
  'status/incidents/{incidentId}/{action}',
  async (asked) => {
    const { app, request, reading, context } = asked;
    const from = {
      origin: request.headers.get('origin'),
      fetchSite: request.headers.get('sec-fetch-site'),
    };
    if (isForeign(from, [request.url, app.publicUrl ?? request.url])) return { refusal: 'forbidden' };
    const body = await request.text();
    if (body.length > mostFormBody) return { refusal: 'invalid' };
    const open = await openIncident(asked);
    if (open === null) return { refusal: 'absent' };
    const pressed = { action: request.params.action ?? '', fields: new URLSearchParams(body) };
    const done = await actOnIncident(open, pressed, reading.nowMs, createLog(context));
    if (done.kind === 'refused') return { refusal: done.refusal };
    return { seeOther: `${open.path}?said=${done.said}` };
  },
  ['POST'],
);
