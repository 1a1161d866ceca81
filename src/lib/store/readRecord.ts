import type { Row } from './rowStore.ts';

/** The format in which records are written. An instance that finds a newer one in a guard leaves the decision to others. */
export const storeFormat = 1;

/**
 * The record of a row; null when it cannot be read. `read` takes whatever the JSON holds, fills in what a version before
 * did not have, and answers null for what is none of its kind.
 */
export function readRecord<Record>(
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
