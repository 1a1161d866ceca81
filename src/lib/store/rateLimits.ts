import type { Spent } from '../notify/delivery/rateLimit.ts';
import type { Tagged } from './fleet.ts';
import { limitsPartition } from './keys.ts';
import { readRecord, storeFormat } from './readRecord.ts';
import type { Row, RowStore, RowWrite } from './rowStore.ts';

/** What was sent under a limit, and the tag to write it over; a record of nothing: it cannot be read. */
export type SpentOf = ReadonlyMap<string, Tagged<readonly Spent[]>>;

/** What has been sent under limits, by the limit's name: for all instances. */
export function createRateLimits(rows: RowStore) {
  return {
    async read(names: readonly string[]): Promise<SpentOf> {
      const found = await rows.getMany(limitsPartition, names);
      return new Map(found.map((row) => [row.key, { record: readSpent(row) ?? [], etag: row.etag }]));
    },

    /** Writes over what was read, all or none; false: somebody else has sent. */
    async save(next: ReadonlyMap<string, readonly Spent[]>, read: SpentOf): Promise<boolean> {
      const writes = [...next].map(([key, spent]): RowWrite => {
        const etag = read.get(key)?.etag;
        const data = JSON.stringify({ v: storeFormat, spent: spent.map(packed) });
        return etag === undefined ? { kind: 'create', key, data } : { kind: 'replace', key, data, etag };
      });
      return (await rows.commit(limitsPartition, writes)).kind === 'saved';
    },
  };
}

export type RateLimits = ReturnType<typeof createRateLimits>;

const packed = ({ atMs, weight, ends }: Spent) => [atMs, weight, ends ? 1 : 0] as const;

function readSpent(row: Row): readonly Spent[] | null {
  return readRecord(row, ({ spent }) =>
    Array.isArray(spent)
      ? spent.map(([atMs, weight, ends]: ReturnType<typeof packed>) => ({ atMs, weight, ends: ends === 1 }))
      : null,
  );
}
