import type { Note } from '../incident/incident.ts';
import type { IncidentFile } from '../incident/incidentFile.ts';
import { withNote, withPlaceNote } from '../incident/notes.ts';
import { cutText } from '../notify/words/cutText.ts';
import type { Log } from '../telemetry/log.ts';
import type { Acted, ActedIncident } from './acted.ts';
import { type App, withFreshControls } from './app.ts';
import { actionEntry, changeIncident } from './changeIncident.ts';

/** The story shows the beginning of a note; the note itself lies beside it. */
const shownInStory = 200;

/**
 * Keeps what somebody found or did with an incident, also with one that is over, and at its place, for the next incident
 * of the same device or site.
 */
export async function addNote(
  app: App,
  incidentId: string,
  { by, text }: { readonly by: string; readonly text: string },
  nowMs: number,
  log: Log,
): Promise<Acted<ActedIncident>> {
  const note: Note = { by, atMs: nowMs, text };
  const entry = actionEntry('note', `${by} noted: ${cutText(text, shownInStory)}`, nowMs);
  const acted = await changeIncident(
    app,
    incidentId,
    (file) => ({
      kind: 'write',
      file: { ...file, notes: withNote(file.notes, note), timeline: [...file.timeline, entry] },
      noted: (notes) => withPlaceNote(notes, file.incident, note),
    }),
    nowMs,
  );
  if (acted.kind === 'past') {
    const past = await app.history.addNote(incidentId, note, entry);
    if (past === null) return { kind: 'notFound' };
    const { place, file } = past;
    const { rules, fleet } = await withFreshControls(app);
    await fleet.changeNotes(place, file.incident.hubName, rules.version, (notes) =>
      withPlaceNote(notes, file.incident, note),
    );
    log.info('note added', { incident: incidentId, by });
    return { kind: 'done', value: past };
  }
  if (acted.kind === 'done') log.info('note added', { incident: incidentId, by });
  return acted;
}

/** The notes of an incident, newest first. */
export function notesOf({ notes }: IncidentFile): readonly Note[] {
  return (notes ?? []).toReversed();
}
