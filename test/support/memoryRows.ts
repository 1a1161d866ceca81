import { encodeKey } from '../../src/lib/store/encodeKey.ts';
import {
  type CommitResult,
  checkKeys,
  checkTransaction,
  type Row,
  type RowStore,
} from '../../src/lib/store/rowStore.ts';

/** What can be seen of rows in memory without a call. */
export type MemoryRows = RowStore & {
  count(partition: string): number;
  /** Keys of all rows, of all partitions. */
  keys(): string[];
  /** Every row of every partition, as it is stored. */
  all(): { partition: string; row: Row }[];
};

export type MemoryRowsOptions = {
  /** How many rows a page of `range` holds: those of one page are of one moment, those of the next may be newer. */
  readonly pageSize?: number;
  /** Runs between two pages of a range; other writers may be at work in it. */
  readonly betweenPages?: () => Promise<void>;
};

/** Rows by their encoded keys. `order`: these in order; null: not since a row came or went. */
type Partition = { readonly name: string; readonly rows: Map<string, Row>; order: string[] | null };

/** The index of the first text that is not before another one. */
function firstFrom(order: readonly string[], text: string): number {
  let [low, high] = [0, order.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (order[middle]! < text) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Rows in memory, with the table's order, tags, transactions and pages. For tests and simulation. */
export function createMemoryRows(options: MemoryRowsOptions = {}): MemoryRows {
  const { pageSize = 1_000, betweenPages } = options;
  const partitions = new Map<string, Partition>();
  let version = 0;

  const partitionOf = (partition: string) => {
    const name = encodeKey(partition);
    const found = partitions.get(name) ?? { name: partition, rows: new Map<string, Row>(), order: null };
    partitions.set(name, found);
    return found;
  };
  const rowsOf = (partition: string) => partitionOf(partition).rows;
  /** At most so many rows from a key on. */
  const ordered = (partition: string, first: string, end: string, most: number): [string, Row][] => {
    const of = partitionOf(partition);
    of.order ??= [...of.rows.keys()].sort();
    const found: [string, Row][] = [];
    for (let at = firstFrom(of.order, first); at < of.order.length && found.length < most; at++) {
      const encoded = of.order[at]!;
      if (encoded >= end) break;
      found.push([encoded, of.rows.get(encoded)!]);
    }
    return found;
  };

  return {
    count: (partition) => rowsOf(partition).size,
    keys: () => [...partitions.values()].flatMap(({ rows }) => [...rows.values()].map((row) => row.key)),
    all: () =>
      [...partitions.values()].flatMap(({ name, rows }) =>
        [...rows.values()].map((row) => ({ partition: name, row })),
      ),
    get: async (partition, key) => rowsOf(partition).get(encodeKey(key)) ?? null,
    getMany: async (partition, keys) => {
      checkKeys(keys);
      return keys.flatMap((key) => rowsOf(partition).get(encodeKey(key)) ?? []);
    },
    async range(partition, from, to) {
      const [first, end] = [encodeKey(from), encodeKey(to)];
      const found: Row[] = [];
      let next = first;
      for (;;) {
        const left = ordered(partition, next, end, pageSize + 1);
        found.push(...left.slice(0, pageSize).map(([, row]) => row));
        const following = left[pageSize];
        if (following === undefined) return found;
        // As the service's continuation does: rows that are made before it in the meantime are not seen.
        next = following[0];
        await betweenPages?.();
      }
    },
    page: async (partition, from, to, limit) => {
      const rows = ordered(partition, encodeKey(from), encodeKey(to), limit + 1);
      return { rows: rows.slice(0, limit).map(([, row]) => row), next: rows[limit]?.[1].key ?? null };
    },
    commit: async (partition, writes): Promise<CommitResult> => {
      checkTransaction(writes);
      const of = partitionOf(partition);
      const { rows } = of;
      for (const write of writes) {
        const stored = rows.get(encodeKey(write.key));
        if (write.kind === 'create' && stored) return { kind: 'superseded' };
        const guarded = write.kind === 'replace' || (write.kind === 'remove' && writes.length === 1);
        if (guarded && write.etag !== '*' && stored?.etag !== write.etag) return { kind: 'superseded' };
        if (write.kind === 'remove' && !stored) return { kind: 'superseded' };
      }
      const etags = new Map<string, string>();
      for (const write of writes) {
        if (write.kind === 'remove') {
          rows.delete(encodeKey(write.key));
          of.order = null;
          continue;
        }
        version += 1;
        if (!rows.has(encodeKey(write.key))) of.order = null;
        rows.set(encodeKey(write.key), { key: write.key, data: write.data, etag: `v${version}` });
        etags.set(write.key, `v${version}`);
      }
      return { kind: 'saved', etags };
    },
  };
}
