import { rowKeys } from './keys.ts';
import type { Row, RowStore } from './rowStore.ts';

/**
 * One bad row must harm itself alone: it goes where nothing stumbles over it. It is removed only as it was read: a good
 * row that somebody wrote meanwhile stays.
 */
export async function setAside(rows: RowStore, partition: string, unreadable: readonly Row[]): Promise<void> {
  for (const { key, data, etag } of unreadable) {
    console.error(`row ${key} of ${partition} cannot be read and is set aside as ${rowKeys.unreadable(key)}`);
    await rows.commit(partition, [{ kind: 'put', key: rowKeys.unreadable(key), data }]);
    await rows.commit(partition, [{ kind: 'remove', key, etag }]);
  }
}
