import type { HttpRequest } from '@azure/functions';
import { monthSpan, reportCsv } from '../lib/api/report.ts';
import { partOf } from '../lib/app/lists/listPage.ts';
import { report } from '../lib/app/lists/report.ts';
import { siteNamed } from '../lib/pages/paths.ts';
import { type Asked, lists } from './read.ts';

type AskedReport = Asked<typeof import('../lib/api/calls.ts')['calls']['getReport']>;

const rowsOf = ({ app, query, nowMs, visible }: AskedReport) => {
  const { month, hub = null } = query;
  const site = query.site === undefined ? null : siteNamed(app.rules, query.site);
  const within = monthSpan(month ?? new Date(nowMs).toISOString().slice(0, 7));
  return report(app, { within, hub, site, visible }, nowMs);
};

lists(
  'getReport',
  async (asked, part) => partOf(await rowsOf(asked), part),
  async (asked) =>
    wantsCsv(asked.request)
      ? {
          status: 200,
          headers: { 'content-type': 'text/csv; charset=utf-8; header=present', vary: 'accept' },
          body: reportCsv(await rowsOf(asked)),
        }
      : null,
);

/** Whether CSV is named before JSON among what is accepted. */
function wantsCsv(request: HttpRequest): boolean {
  const accepted = (request.headers.get('accept') ?? '').toLowerCase();
  const csv = accepted.indexOf('text/csv');
  const json = accepted.indexOf('application/json');
  return csv >= 0 && (json < 0 || csv < json);
}
