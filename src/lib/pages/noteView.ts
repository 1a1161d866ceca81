import type { Note } from '../incident/incident.ts';
import { iso } from './deviceView.ts';

export function noteView({ by, atMs, text }: Note) {
  return { by, at: iso(atMs), text };
}
