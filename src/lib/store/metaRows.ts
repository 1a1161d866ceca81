import { metaPartition } from './keys.ts';
import { readRecord, storeFormat } from './readRecord.ts';
import type { RowStore } from './rowStore.ts';

/** What the installation remembers about itself, one record for each name. */
export type MetaName =
  | 'config'
  | 'configNews'
  | 'goodConfig'
  | 'rules'
  | 'history'
  | 'selfWatch'
  | 'lateEvents'
  | 'receiverTests'
  | 'linkKeys';

/** A record and its tag; a record that cannot be read is null, to be replaced over its tag. */
export type MetaRecord<Value> = { readonly value: Value | null; readonly etag: string };

export function createMetaRows(rows: RowStore) {
  return {
    /** @param read null for what is none of its kind */
    async read<Value>(
      name: MetaName,
      read: (value: { readonly [field: string]: unknown }) => Value | null,
    ): Promise<MetaRecord<Value> | null> {
      const row = await rows.get(metaPartition, name);
      return row && { value: readRecord(row, read), etag: row.etag };
    },

    /** Writes over what was read (null: it must be new). The new tag; null: another instance was faster. */
    async write(name: MetaName, value: object, etag: string | null): Promise<string | null> {
      const data = JSON.stringify({ v: storeFormat, ...value });
      const result = await rows.commit(metaPartition, [
        etag === null ? { kind: 'create', key: name, data } : { kind: 'replace', key: name, data, etag },
      ]);
      return result.kind === 'saved' ? (result.etags.get(name) ?? null) : null;
    },
  };
}

export type MetaRows = ReturnType<typeof createMetaRows>;
