import { deviceKey } from '../device/device.ts';
import type { DeviceId } from '../events/event.ts';
import type { Per } from '../policy/policy.ts';
import { type Incident, type Note, perOf, type Subject } from './incident.ts';

/** A note as its place keeps it for the incidents to come. */
export type PlaceNote = Note & {
  readonly incidentId: string;
  readonly per: Per;
  /** `deviceKey`s of the incident, at most `mostKeys`. */
  readonly devices: readonly string[];
};

/** So many an incident keeps: the newest. */
const mostInIncident = 50;

/** So many a place keeps: the newest. */
const mostAtPlace = 20;

/** So many of its devices a note is found by. */
const mostKeys = 50;

/** So many a new incident shows. */
const mostShown = 3;

/** The notes of an incident after one more, oldest first. */
export function withNote(notes: readonly Note[] | undefined, note: Note): readonly Note[] {
  return [...(notes ?? []), note].slice(-mostInIncident);
}

/** The notes of a place after one more, oldest first. */
export function withPlaceNote(notes: readonly PlaceNote[], incident: Incident, note: Note): PlaceNote[] {
  const { incidentId, members } = incident;
  const devices = [...members.keys()].slice(0, mostKeys);
  return [...notes, { ...note, incidentId, per: perOf(incident), devices }].slice(-mostAtPlace);
}

/**
 * What was noted before about what an incident that begins is of, newest first: about its site, or about one of its
 * devices.
 */
export function earlierNotes(
  notes: readonly PlaceNote[],
  subject: Subject,
  affected: readonly DeviceId[],
): Note[] {
  if (notes.length === 0) return [];
  const keys = new Set(affected.map(deviceKey));
  return notes
    .filter(
      ({ per, devices }) =>
        (subject.kind === 'site' && per === 'site') || devices.some((device) => keys.has(device)),
    )
    .toSorted((a, b) => b.atMs - a.atMs)
    .slice(0, mostShown)
    .map(({ by, atMs, text }) => ({ by, atMs, text }));
}
