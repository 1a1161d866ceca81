import { createHash } from 'node:crypto';
import { formatPlaceKey, type PlaceKey } from '../directory/placeKey.ts';
import type { Incident, Subject } from './incident.ts';

const tagLength = 12;

/** Characters of an incident's id. */
export const incidentIdLength = 32;

/** Stands for a place in the ids of its incidents, so that an id alone leads there: twelve characters of Base64url. */
export function placeTag(place: PlaceKey): string {
  return digest(formatPlaceKey(place), tagLength);
}

/** The tag of the place that an incident is of; null for text that is no incident's id. */
export function placeTagOf(incidentId: string): string | null {
  return /^inc_([\w-]{12})[\w-]{16}$/.exec(incidentId)?.[1] ?? null;
}

/** The same for the same subject and moment: a repeated evaluation after a crash makes no second incident. */
export function incidentIdOf(place: PlaceKey, subject: Subject, openedAtMs: number): string {
  const device = subject.kind === 'device' ? subject.key : null;
  const which = JSON.stringify([formatPlaceKey(place), device, openedAtMs]);
  return `inc_${placeTag(place)}${digest(which, 16)}`;
}

/** The n-th notice of an incident to a receiver has always this id. */
export function noticeIdOf(
  { incidentId }: Pick<Incident, 'incidentId'>,
  receiver: string,
  n: number,
): string {
  return `ntc_${digest(JSON.stringify([incidentId, receiver, n]), 24)}`;
}

function digest(text: string, length: number): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, length);
}
