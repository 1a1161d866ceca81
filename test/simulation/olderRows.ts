import type { RowStore } from '../../src/lib/store/rowStore.ts';

/**
 * What an instance of the code version before reads and writes beside one of the present: rows without what the present
 * version added to them. There is no version before yet, so nothing is taken away; with the next field of a record, this
 * strips it from what is read and from what is written.
 */
export function olderRows(rows: RowStore): RowStore {
  return rows;
}
