import { receiversPartition } from './keys.ts';
import { readRecord, storeFormat } from './readRecord.ts';
import type { RowStore } from './rowStore.ts';

/** Until when receivers have asked not to be called: for all their notices, on every instance. */
export function createReceiverQuiet(rows: RowStore) {
  const read = (row: { key: string; data: string; etag: string }) =>
    readRecord(row, ({ quietUntilMs }) => (typeof quietUntilMs === 'number' ? quietUntilMs : null)) ?? 0;
  return {
    /** Milliseconds since 1970; 0: it may be called. */
    async until(receiver: string): Promise<number> {
      const row = await rows.get(receiversPartition, receiver);
      return row ? read(row) : 0;
    },

    /** Notes what a receiver asked for; a later moment that is noted already stays. */
    async ask(receiver: string, quietUntilMs: number): Promise<void> {
      const data = JSON.stringify({ v: storeFormat, quietUntilMs });
      for (;;) {
        const row = await rows.get(receiversPartition, receiver);
        if (row && read(row) >= quietUntilMs) return;
        const write = row
          ? ({ kind: 'replace', key: receiver, data, etag: row.etag } as const)
          : ({ kind: 'create', key: receiver, data } as const);
        if ((await rows.commit(receiversPartition, [write])).kind === 'saved') return;
      }
    },
  };
}

export type ReceiverQuiet = ReturnType<typeof createReceiverQuiet>;
