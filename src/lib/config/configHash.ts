import { createHash } from 'node:crypto';

/** SHA-256 as hex digits over the values alone: equal however the file is spelled, ordered by key or commented. */
export function configHash(meaning: object): string {
  return createHash('sha256').update(JSON.stringify(meaning, canonical)).digest('hex');
}

function canonical(_key: string, value: unknown): unknown {
  if (value instanceof RegExp) return value.source;
  if (value instanceof Map) return sorted([...value]);
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return sorted(Object.entries(value));
  return value;
}

function sorted(entries: readonly (readonly [string, unknown])[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(entries.toSorted(([left], [right]) => (left < right ? -1 : 1)));
}
