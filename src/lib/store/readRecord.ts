import type { Row } from './rowStore.ts';

/** The record of a row; null when it cannot be read: it is not JSON, or does not belong under the row's key. */
export function readRecord<Record>(row: Row, keyOf: (record: Record) => string): Record | null {
  try {
    const record = JSON.parse(row.data) as Record;
    return keyOf(record) === row.key ? record : null;
  } catch {
    return null;
  }
}
