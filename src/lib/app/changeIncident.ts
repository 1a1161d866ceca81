import { formatPlaceKey, type PlaceKey } from '../directory/placeKey.ts';
import type { IncidentFile } from '../incident/incidentFile.ts';
import type { PlaceNote } from '../incident/notes.ts';
import type { TimelineEntry } from '../incident/timeline.ts';
import type { Acted, ActedIncident } from './acted.ts';
import { type App, ContentionError, mostAttempts, notOutdated, withFreshControls } from './app.ts';

/** What an action makes of an incident that is not in the history yet. */
type Change =
  | {
      readonly kind: 'write';
      readonly file: IncidentFile;
      /** What its place remembers of it. */
      readonly noted?: (notes: readonly PlaceNote[]) => readonly PlaceNote[];
    }
  | { readonly kind: 'over'; readonly atMs: number }
  | { readonly kind: 'notFound' }
  | { readonly kind: 'changed' };

/** `past`: it is in the history, which an action may still add to. */
type Outcome =
  | Acted<ActedIncident>
  | { readonly kind: 'past'; readonly place: PlaceKey; readonly endedAtMs: number };

/**
 * Changes an incident over what was read, and wakes its place at once. The place is noted before, so that the sweep
 * finishes what a crash leaves undone.
 *
 * @throws {ContentionError} when others were faster again and again; {OutdatedRulesError}
 */
export async function changeIncident(
  given: App,
  incidentId: string,
  change: (file: IncidentFile, place: PlaceKey) => Change,
  nowMs: number,
): Promise<Outcome> {
  const found = await given.history.find(incidentId);
  if (found === null) return { kind: 'notFound' };
  const { place } = found;
  const current = await withFreshControls(given);
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const loaded = await current.fleet.loadIncident(place, incidentId);
    const { stored } = loaded;
    if (stored === null) {
      if (found.kind === 'live') return { kind: 'notFound' };
      const { resolvedAtMs, openedAtMs } = found.file.incident;
      return { kind: 'past', place, endedAtMs: resolvedAtMs ?? openedAtMs };
    }
    const app = await notOutdated(current, loaded.guard?.record ?? null);
    const next = change(stored.file, place);
    if (next.kind === 'changed') return { kind: 'changed', value: { place, file: stored.file } };
    if (next.kind !== 'write') return next;
    const { file, noted } = next;
    const notes = noted ? noted(await app.fleet.notes(place)) : null;
    const { version } = app.rules;
    await app.scheduler.note(place, nowMs, nowMs);
    if ((await app.fleet.saveAction(place, loaded, file, version, notes)) === 'superseded') continue;
    // With the rules, it is looked at though the note may have been taken away by an evaluation meanwhile.
    await app.queues.wakeSite({ partition: formatPlaceKey(place), rules: version }, 0);
    return { kind: 'done', value: { place, file } };
  }
  throw new ContentionError(`action on ${incidentId}`);
}

/** As `changeIncident`, for what can be done while an incident is open alone. */
export async function changeOpenIncident(
  app: App,
  incidentId: string,
  change: (file: IncidentFile, place: PlaceKey) => Change,
  nowMs: number,
): Promise<Acted<ActedIncident>> {
  const acted = await changeIncident(
    app,
    incidentId,
    (file, place) => {
      const { status, resolvedAtMs } = file.incident;
      return status === 'resolved' ? { kind: 'over', atMs: resolvedAtMs ?? nowMs } : change(file, place);
    },
    nowMs,
  );
  return acted.kind === 'past' ? { kind: 'over', atMs: acted.endedAtMs } : acted;
}

/** What stands in the story of an incident that somebody has acted on. */
export function actionEntry(kind: 'control' | 'note', sentence: string, atMs: number): TimelineEntry {
  return { atMs, kind, deviceId: null, receiver: null, reason: null, sentence };
}
