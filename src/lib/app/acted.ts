import type { PlaceKey } from '../directory/placeKey.ts';
import type { IncidentFile } from '../incident/incidentFile.ts';

/**
 * What became of something that a person asked for:
 * - `done`: it is stored; `value` is how things are now;
 * - `notFound`: there is nothing of this id;
 * - `over`: it had ended before, at that moment (milliseconds); nothing was changed;
 * - `changed`: somebody was faster, and what the person saw is true no more; nothing was changed, `value` is what is true.
 */
export type Acted<Value> =
  | { readonly kind: 'done'; readonly value: Value }
  | { readonly kind: 'notFound' }
  | { readonly kind: 'over'; readonly atMs: number }
  | { readonly kind: 'changed'; readonly value: Value };

/** An incident after somebody has acted on it. */
export type ActedIncident = { readonly place: PlaceKey; readonly file: IncidentFile };
