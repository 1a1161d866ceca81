import { encodeKey } from './encodeKey.ts';
import { type CommitResult, type Row, type RowStore, type RowWrite, transactionLimit } from './rowStore.ts';

/** What can be seen of rows in memory without a call. */
export type MemoryRows = RowStore & {
  count(partition: string): number;
  /** Keys of all rows, of all partitions. */
  keys(): string[];
};

/** Rows in memory, with the table's order, tags and transactions. For tests and simulation. */
export function createMemoryRows(): MemoryRows {
  const partitions = new Map<string, Map<string, { key: string; data: string; etag: string }>>();
  let version = 0;

  const partitionOf = (partition: string) => {
    const name = encodeKey(partition);
    const found = partitions.get(name) ?? new Map<string, Row>();
    partitions.set(name, found);
    return found;
  };
  const ordered = (partition: string, from: string, to: string): Row[] => {
    const [first, end] = [encodeKey(from), encodeKey(to)];
    return [...partitionOf(partition)]
      .filter(([encoded]) => encoded >= first && encoded < end)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, row]) => row);
  };

  return {
    count: (partition) => partitionOf(partition).size,
    keys: () => [...partitions.values()].flatMap((rows) => [...rows.values()].map((row) => row.key)),
    get: async (partition, key) => partitionOf(partition).get(encodeKey(key)) ?? null,
    getMany: async (partition, keys) =>
      keys.flatMap((key) => partitionOf(partition).get(encodeKey(key)) ?? []),
    range: async (partition, from, to) => ordered(partition, from, to),
    page: async (partition, from, to, limit) => {
      const rows = ordered(partition, from, to);
      return { rows: rows.slice(0, limit), next: rows[limit]?.key ?? null };
    },
    commit: async (partition, writes): Promise<CommitResult> => {
      checkTransaction(writes);
      const rows = partitionOf(partition);
      for (const write of writes) {
        const stored = rows.get(encodeKey(write.key));
        if (write.kind === 'create' && stored) return { kind: 'superseded' };
        const guarded = write.kind === 'replace' || (write.kind === 'remove' && writes.length === 1);
        if (guarded && stored?.etag !== write.etag) return { kind: 'superseded' };
        if (write.kind === 'remove' && !stored) return { kind: 'superseded' };
      }
      const etags = new Map<string, string>();
      for (const write of writes) {
        if (write.kind === 'remove') {
          rows.delete(encodeKey(write.key));
          continue;
        }
        version += 1;
        rows.set(encodeKey(write.key), { key: write.key, data: write.data, etag: `v${version}` });
        etags.set(write.key, `v${version}`);
      }
      return { kind: 'saved', etags };
    },
  };
}

/** Refuses what the table would refuse. */
export function checkTransaction(writes: readonly RowWrite[]): void {
  if (writes.length === 0) throw new RangeError('a transaction needs at least one row');
  if (writes.length > transactionLimit) {
    throw new RangeError(`a transaction takes at most ${transactionLimit} rows, not ${writes.length}`);
  }
  const keys = new Set(writes.map((write) => encodeKey(write.key)));
  if (keys.size !== writes.length) throw new RangeError('a transaction takes each row once');
}
