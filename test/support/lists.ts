import type { App } from '../../src/lib/app/app.ts';
import { type IncidentFilter, listIncidents as incidents } from '../../src/lib/app/lists/incidents.ts';
import { type NoticeFilter, listNotices as notices } from '../../src/lib/app/lists/notices.ts';

/** What a list is asked for: the value of its one filter here (null: any), and where to go on. */
type Asked = { readonly filter: string | null; readonly from: string | null };

export const anyIncident: IncidentFilter = {
  status: null,
  hub: null,
  site: null,
  device: null,
  sinceMs: null,
  untilMs: null,
  visible: null,
};

const limit = 500;

export function listIncidents(app: App, { filter, from }: Asked) {
  const status = filter as IncidentFilter['status'];
  return incidents(app, { ...anyIncident, status }, { limit, at: from });
}

export function listNotices(app: App, { filter, from }: Asked) {
  return notices(app, { state: filter as NoticeFilter['state'], visible: null }, { limit, at: from });
}
