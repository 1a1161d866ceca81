import { pressesPartition } from './keys.ts';
import { storeFormat } from './readRecord.ts';
import type { RowStore, RowWrite } from './rowStore.ts';

/** So many old rows are removed with each new one. */
const swept = 20;

/** Forms that were pressed: each is good once. A row stays until the form would be too old anyway. */
export function createPresses(rows: RowStore) {
  return {
    /** Takes a form for oneself; false: it was pressed before. @param untilMs when it is too old to be pressed */
    async take(id: string, untilMs: number, nowMs: number): Promise<boolean> {
      const key = `${moment(untilMs)}|${id}`;
      const data = JSON.stringify({ v: storeFormat });
      const taken = await rows.commit(pressesPartition, [{ kind: 'create', key, data }]);
      const old = await rows.page(pressesPartition, '', moment(nowMs), swept);
      if (old.rows.length > 0)
        await rows.commit(
          pressesPartition,
          old.rows.map((row): RowWrite => ({ kind: 'remove', key: row.key, etag: '*' })),
        );
      return taken.kind === 'saved';
    },
  };
}

export type Presses = ReturnType<typeof createPresses>;

const moment = (atMs: number) => String(Math.trunc(atMs)).padStart(16, '0');
