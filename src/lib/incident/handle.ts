/**
 * What a channel must know again at its next call about an incident: the message that it changes, the key that opened an
 * alert. Only the channel of that `kind` reads what else is in it. At most 4 KB as JSON, and never a secret.
 */
export type Handle = { readonly kind: string; readonly [field: string]: string | number };

/** Characters of a handle as JSON. */
const longestHandle = 4_096;

/** A handle from storage or from a channel; null: it is none, or too long to be kept. */
export function readHandle(value: unknown): Handle | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const fields = Object.entries(value);
  const plain = fields.every(([, field]) => typeof field === 'string' || typeof field === 'number');
  if (!plain || typeof Reflect.get(value, 'kind') !== 'string') return null;
  return JSON.stringify(value).length <= longestHandle ? (value as Handle) : null;
}
