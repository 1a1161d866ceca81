import type { PlaceKey } from '../directory/placeKey.ts';
import type { IncidentFile } from '../incident/incidentFile.ts';
import { iso } from '../pages/deviceView.ts';
import { noticeView } from '../pages/incidentView.ts';
import { noteView } from '../pages/noteView.ts';
import type { IndexedNotice } from '../store/history.ts';
import { wholeFile } from '../store/storedFile.ts';
import type { App } from './app.ts';
import { eachAtMost } from './eachAtMost.ts';
import { notesOf } from './notes.ts';
import { viewOf } from './openItems.ts';

/** A page is asked for by the value of one filter (null: any) and where to go on (null: at the newest). */
export type ListQuery = { readonly filter: string | null; readonly from: string | null };
export type ListPage = { readonly items: readonly object[]; readonly next: string | null };

const pageSize = 500;

type Found = { readonly place: PlaceKey; readonly file: IncidentFile };

/** Incidents, newest first: the open ones, then those that are over. */
export async function listIncidents(app: App, query: ListQuery): Promise<ListPage> {
  const items: object[] = [];
  if (query.filter !== 'resolved' && query.from === null) {
    const open = (await app.list.openItems()) as { openedAt: string }[];
    items.push(...open.toSorted((a, b) => b.openedAt.localeCompare(a.openedAt)));
  }
  if (query.filter === 'open') return { items, next: null };
  const past = await app.history.past(query.from ?? '', pageSize);
  items.push(...past.items.map(({ place, file }) => viewOf(app, place, file)));
  return { items, next: past.next };
}

/** Notices, newest first: the incident that each is about, and what became of it. */
export async function listNotices(app: App, query: ListQuery): Promise<ListPage> {
  const items: object[] = [];
  let from = query.from ?? '';
  for (;;) {
    const page = await app.history.notices(from, pageSize);
    items.push(...(await viewsOf(app, page.items, query.filter)));
    if (page.next === null || items.length >= pageSize) return { items, next: page.next };
    from = page.next;
  }
}

/** One incident with its notices, what was noted about it and the steps that were done, or null. */
export async function getIncident(app: App, incidentId: string): Promise<object | null> {
  const found = await findIncident(app, incidentId);
  if (!found) return null;
  const view = viewOf(app, found.place, found.file);
  const notices = found.file.notices.toSorted((a, b) => b.createdAtMs - a.createdAtMs);
  return {
    ...view,
    notes: notesOf(found.file).map(noteView),
    earlierNotes: (found.file.incident.earlierNotes ?? []).map(noteView),
    stepsDone: (found.file.done ?? []).map(({ step, by, atMs }) => ({ step, by, at: iso(atMs) })),
    notices: notices.map((notice) => noticeView(view, notice)),
  };
}

/** An incident with its whole story, wherever it is; null: there is none of this id. */
export async function findIncident(app: App, incidentId: string): Promise<Found | null> {
  const where = await app.history.find(incidentId);
  if (where === null) return null;
  if (where.kind === 'past') return where;
  const { stored } = await app.fleet.loadIncident(where.place, incidentId);
  return stored ? { place: where.place, file: wholeFile(stored) } : null;
}

/** The notices that an index names, each once; what it names and what never came to be is left out. */
async function viewsOf(app: App, indexed: readonly IndexedNotice[], state: string | null): Promise<object[]> {
  const wanted = new Map(indexed.map((one) => [one.noticeId, one]));
  const files = new Map<string, Found | null>();
  const incidents = [...new Set(indexed.map(({ incidentId }) => incidentId))];
  await eachAtMost(8, incidents, async (incidentId) => {
    files.set(incidentId, await findIncident(app, incidentId));
  });
  return [...wanted.values()]
    .flatMap(({ noticeId, incidentId }) => {
      const found = files.get(incidentId);
      const notice = found?.file.notices.find((one) => one.noticeId === noticeId);
      if (!found || !notice || (state !== null && notice.state !== state)) return [];
      return [{ notice, view: noticeView(viewOf(app, found.place, found.file), notice) }];
    })
    .sort((a, b) => b.notice.createdAtMs - a.notice.createdAtMs)
    .map(({ view }) => view);
}
