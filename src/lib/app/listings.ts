import type { PlaceKey } from '../directory/placeKey.ts';
import type { IncidentFile } from '../incident/incidentFile.ts';
import { iso } from '../pages/deviceView.ts';
import { noticeView } from '../pages/incidentView.ts';
import { noteView } from '../pages/noteView.ts';
import { wholeFile } from '../store/storedFile.ts';
import type { App } from './app.ts';
import { notesOf } from './notes.ts';
import { viewOf } from './openItems.ts';

/** An incident and the place that it is of. */
export type Found = { readonly place: PlaceKey; readonly file: IncidentFile };

/** One incident with its notices, what was noted about it and the steps that were done, or null. */
export async function getIncident(app: App, incidentId: string): Promise<object | null> {
  const found = await findIncident(app, incidentId);
  return found && incidentWithStory(app, found);
}

export function incidentWithStory(app: App, found: Found): object {
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
