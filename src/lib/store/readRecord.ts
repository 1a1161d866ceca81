import type { Row } from './rowStore.ts';

/** The format in which records are written. An instance that finds a newer one in a guard leaves the decision to others. */
export const storeFormat = 1;

/** An instance says once that a row cannot be read; so many it remembers. */
const mostReported = 1_000;

/** Tags of the rows that were reported. */
const reported = new Set<string>();

/**
 * The record of a row; null, and reported, when it cannot be read. `read` takes whatever the JSON holds, fills in what a version before
 * did not have, and answers null for what is none of its kind.
 */
export function readRecord<Record>(
  row: Row,
  read: (value: { readonly [field: string]: unknown }) => Record | null,
): Record | null {
  const record = tryRead(row, read);
  if (record === null) report(row);
  return record;
}

function tryRead<Record>(
  row: Row,
  read: (value: { readonly [field: string]: unknown }) => Record | null,
): Record | null {
  try {
    const value: unknown = JSON.parse(row.data);
    return typeof value === 'object' && value !== null ? read(value as { [field: string]: unknown }) : null;
  } catch {
    return null;
  }
}

function report({ key, etag }: Row): void {
  if (reported.has(etag)) return;
  if (reported.size >= mostReported) reported.clear();
  reported.add(etag);
  console.error(`row ${key} cannot be read`);
}
