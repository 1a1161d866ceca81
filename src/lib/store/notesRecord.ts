import type { PlaceNote } from '../incident/notes.ts';
import { readRecord, storeFormat } from './readRecord.ts';
import type { Row } from './rowStore.ts';

export function writeNotes(notes: readonly PlaceNote[]): string {
  return JSON.stringify({ v: storeFormat, notes });
}

/** null: they cannot be read. */
export function readNotes(row: Row): readonly PlaceNote[] | null {
  return readRecord(row, ({ notes }) => (Array.isArray(notes) ? notes.filter(isNote) : null));
}

function isNote(value: unknown): value is PlaceNote {
  const { incidentId, devices, by, atMs, text } = (value ?? {}) as Partial<PlaceNote>;
  const texts = [incidentId, by, text].every((one) => typeof one === 'string');
  return texts && typeof atMs === 'number' && Array.isArray(devices);
}
