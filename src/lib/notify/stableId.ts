import { createHash } from 'node:crypto';

/** An id that is the same for the same facts, of at most 64 characters of `[A-Za-z0-9_-]`. @param kind up to 31 of them */
export function stableId(kind: string, ...facts: readonly (string | number)[]): string {
  return `${kind}_${createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 32)}`;
}
