import { encodeKey } from './encodeKey.ts';

/** One row: an entity of Azure Table Storage in plain words. `data` is the record as JSON text. */
export type Row = {
  readonly key: string;
  readonly data: string;
  /** Changes with every write; an update must show the tag that it read. */
  readonly etag: string;
};

/**
 * One operation of a transaction. `create` holds only if there is no such row, `replace` only if the row still has
 * that tag. `remove` checks its tag when it stands alone; beside other writes it asks only that the row exists
 * (@azure/data-tables sends no tag with a delete in a transaction), so a `replace` beside it must be the guard. The tag
 * `*` stands for whatever is there.
 */
export type RowWrite =
  | { readonly kind: 'create'; readonly key: string; readonly data: string }
  | { readonly kind: 'replace'; readonly key: string; readonly data: string; readonly etag: string }
  | { readonly kind: 'put'; readonly key: string; readonly data: string }
  | { readonly kind: 'remove'; readonly key: string; readonly etag: string };

/** `superseded`: another writer was faster; nothing was written. Losing the race is ordinary: read again, decide again. */
export type CommitResult =
  | { readonly kind: 'saved'; readonly etags: ReadonlyMap<string, string> }
  | { readonly kind: 'superseded' };

/** At most this many rows change together (Azure Table Storage's limit for a transaction). */
export const transactionLimit = 100;

/** A filter takes at most 15 comparisons (docs/platform.md#table-rows), of which one is for the partition. */
export const keysInQuery = 13;

/** What a transaction may carry, in UTF-16 characters of `data`: half of the service's 4 MiB, for its overhead. */
export const transactionSizeLimit = 1_000_000;

/**
 * Rows in partitions, with tags and transactions: what the product needs of a table. Any text may be a partition or
 * row key; keys of one partition are ordered by their encoded form, which keeps prefixes together.
 */
export interface RowStore {
  /** The row, or null. */
  get(partition: string, key: string): Promise<Row | null>;
  /** The rows with these keys, at most `keysInQuery`, in one query; missing ones are left out. */
  getMany(partition: string, keys: readonly string[]): Promise<Row[]>;
  /**
   * Rows with `from` ≤ key < `to`, ordered by key, all pages. The rows of one page are of one moment; those of the next
   * may be newer.
   */
  range(partition: string, from: string, to: string): Promise<Row[]>;
  /**
   * Like `range`, one page: up to `limit` rows and where to go on, or null.
   * @param what `keys`: only the keys are needed, and `data` and tags may be empty
   */
  page(
    partition: string,
    from: string,
    to: string,
    limit: number,
    what?: 'keys',
  ): Promise<{ rows: Row[]; next: string | null }>;
  /** All writes or none. At most `transactionLimit` rows of one partition, each once. */
  commit(partition: string, writes: readonly RowWrite[]): Promise<CommitResult>;
}

/** Refuses what the table would refuse. */
export function checkKeys(keys: readonly string[]): void {
  if (keys.length > keysInQuery)
    throw new RangeError(`a query takes at most ${keysInQuery} keys, not ${keys.length}`);
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

/** With the one row that tells whether more follow, a page of the service (docs/platform.md). */
const rowsOfPage = 999;

/** Rows with `from` ≤ key < `to`, a page at a time, each of its own moment. */
export async function* pagesOf(
  rows: RowStore,
  partition: string,
  from: string,
  to: string,
): AsyncGenerator<Row[]> {
  let next: string | null = from;
  while (next !== null) {
    const page: Awaited<ReturnType<RowStore['page']>> = await rows.page(partition, next, to, rowsOfPage);
    yield page.rows;
    next = page.next;
  }
}
