import { maySee } from '../lib/access/access.ts';
import { explainRequest } from '../lib/api/explainRequest.ts';
import { check } from '../lib/api/readBody.ts';
import { monthSpan, reportCsv } from '../lib/api/report.ts';
import { instantOf } from '../lib/api/writtenTime.ts';
import { explainDevice } from '../lib/app/explainDevice.ts';
import { partOf } from '../lib/app/lists/listPage.ts';
import { listReceivers } from '../lib/app/lists/receivers.ts';
import { report } from '../lib/app/lists/report.ts';
import { responderView } from '../lib/app/lists/responder.ts';
import { siteKeyOf } from '../lib/directory/placeKey.ts';
import { placeOf } from '../lib/directory/placeOf.ts';
import { phaseFilters } from '../lib/pages/deviceItem.ts';
import { explanationView } from '../lib/pages/explanationView.ts';
import { seeOther } from '../lib/pages/html/pageAnswer.ts';
import { readSaid } from '../lib/pages/link/saidCodes.ts';
import { siteNamed, sitePath } from '../lib/pages/paths.ts';
import { readTrail } from '../lib/status/paging.ts';
import { receiversPage } from '../lib/status/receiversPage.ts';
import { reportPage } from '../lib/status/reportPage.ts';
import { responderPage } from '../lib/status/responderPage.ts';
import { actOnSite } from '../lib/status/siteForms.ts';
import { sitePage } from '../lib/status/sitePage.ts';
import { sitesPage } from '../lib/status/sitesPage.ts';
import { sitesViewOf } from '../lib/status/sitesView.ts';
import { siteViewOf } from '../lib/status/siteView.ts';
import { notOnRecordPage, whyPage } from '../lib/status/whyPage.ts';
import { createLog } from '../lib/telemetry/log.ts';
import { answers } from './answering.ts';
import { formOf } from './form.ts';
import { searched, statusPage } from './status.ts';

answers('home', async () => seeOther('status', 0));

statusPage('sitesPage', async ({ app, request, access, reading }) => {
  const q = searched(request, 'q', 100);
  const list = JSON.stringify(['sitesPage', q]);
  const asked = { q, list, trail: readTrail(list, new URL(request.url).searchParams) };
  return { page: sitesPage(await sitesViewOf(app, asked, access.sites, reading)) };
});

statusPage('sitePage', async ({ app, request, access, reading }) => {
  const { hub = '', site: name = '' } = request.params;
  const key = siteKeyOf(hub, siteNamed(app.rules, name));
  if (!maySee(access, key)) return { refusal: 'absent' };
  const q = searched(request, 'q');
  const phase = phaseFilters.find((one) => one === request.query.get('phase')) ?? null;
  const list = JSON.stringify(['sitePage', hub, name, q, phase]);
  const asked = { q, phase, list, trail: readTrail(list, new URL(request.url).searchParams) };
  const said = readSaid(request.query.get('said'));
  const view = await siteViewOf(app, key, asked, access, said, reading);
  return view ? { page: sitePage(view) } : { refusal: 'absent' };
});

statusPage('actOnSite', async ({ app, request, access, reading, context }) => {
  const fields = await formOf(request, app);
  if ('refusal' in fields) return fields;
  const { hub = '', site: name = '', action = '' } = request.params;
  const key = siteKeyOf(hub, siteNamed(app.rules, name));
  const [card] = maySee(access, key) ? await app.list.cardsOf([key]) : [];
  if (!card) return { refusal: 'absent' };
  if (!access.mayAct) return { refusal: 'forbidden' };
  const on = { key, hub: card.hubName, name: access.name };
  const done = await actOnSite(app, on, { action, fields: fields.fields }, reading.nowMs, createLog(context));
  if (done.kind === 'refused') return { refusal: done.refusal };
  return { seeOther: `${reading.paths.site(hub, name)}?said=${done.said}` };
});

statusPage('whyPage', async ({ app, request, access, reading }) => {
  // A field of a form that is left empty is sent all the same.
  const { when, ...given } = Object.fromEntries(
    [...new URL(request.url).searchParams].filter(([, value]) => value !== ''),
  );
  const asked = check(explainRequest, given, 'query');
  if (!asked.ok) return { refusal: 'absent' };
  const { hub, device: deviceId, module: moduleId = null, at, receiver = null } = asked.value;
  const { nowMs, paths } = reading;
  const local = placeOf(app.rules, deviceId).timeZone;
  const atMs = (when === undefined ? at : instantOf(when, local)) ?? nowMs;
  const question = { hub, deviceId, moduleId, atMs, receiver };
  const answer = await explainDevice(app, question, access.sites, nowMs);
  if (answer.kind === 'hidden') return { refusal: 'absent' };
  if (answer.kind === 'outOfRange')
    return { page: notOnRecordPage(question, answer.oldestMs, local, reading) };
  const site = answer.value.site ?? placeOf(app.rules, deviceId);
  return {
    page: whyPage(explanationView(answer.value), question, site, paths.site(hub, sitePath(site)), reading),
  };
});

statusPage('receiversPage', async ({ app, request, access, reading }) => {
  if (access.sites !== null) return { refusal: 'closed' };
  const list = 'receiversPage';
  const trail = readTrail(list, new URL(request.url).searchParams);
  const part = { limit: 50, at: trail.at(-1) ?? null };
  const { items, next } = await listReceivers(app, part, reading.nowMs);
  return { page: receiversPage({ reading, receivers: items, list, trail, next }) };
});

statusPage('responderPage', async ({ app, access, reading }) => {
  if (access.sites !== null) return { refusal: 'closed' };
  return { page: responderPage(await responderView(app, reading.nowMs), reading) };
});

statusPage('reportPage', async ({ app, request, access, reading }) => {
  const { nowMs } = reading;
  const wanted = request.query.get('month') ?? '';
  const month = /^\d{4}-(0[1-9]|1[0-2])$/.test(wanted) ? wanted : new Date(nowMs).toISOString().slice(0, 7);
  const asked = { within: monthSpan(month), hub: null, site: null, visible: access.sites };
  const rows = await report(app, asked, nowMs);
  if (request.query.get('format') === 'csv') {
    const headers = {
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': `attachment; filename="downtime-${month}.csv"`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    };
    return { answer: { status: 200, headers, body: reportCsv(rows) } };
  }
  const list = JSON.stringify(['reportPage', month]);
  const trail = readTrail(list, new URL(request.url).searchParams);
  const { items, next } = partOf(rows, { limit: 200, at: trail.at(-1) ?? null });
  return { page: reportPage({ reading, month, rows: items, list, trail, next }) };
});
