import { encodeKey } from './encodeKey.ts';
import type { Row, RowStore } from './rowStore.ts';

/** A page of a list that lies in several partitions, in the order of the keys; `next`: where to go on, null: nowhere. */
export async function mergedPage(
  rows: RowStore,
  partitions: readonly string[],
  from: string,
  to: string,
  limit: number,
): Promise<{ rows: Row[]; next: string | null }> {
  const pages = await Promise.all(partitions.map((partition) => rows.page(partition, from, to, limit)));
  const all = pages.flatMap((page) => page.rows).sort(byKey);
  // What lies behind the end of a page that goes on may come before what other shards have.
  const ends = pages.flatMap((page) => page.next ?? []);
  const end = ends.length === 0 ? null : ends.reduce((a, b) => (inOrder(a, b) ? a : b));
  const sure = end === null ? all : all.filter(({ key }) => key !== end && inOrder(key, end));
  if (sure.length <= limit) return { rows: sure, next: end };
  return { rows: sure.slice(0, limit), next: sure[limit]!.key };
}

/** With the one row that tells whether more follow, a page of the service (docs/platform.md). */
const rowsAtOnce = 999;

/**
 * All of a list that lies in several partitions, in the order of the keys, each row read once: the partitions are read side
 * by side, a page at a time.
 */
export async function* mergedPages(
  rows: RowStore,
  partitions: readonly string[],
  from: string,
  to: string,
): AsyncGenerator<Row[]> {
  const shards = partitions.map((partition) => ({
    partition,
    read: [] as Row[],
    next: from as string | null,
  }));
  for (;;) {
    const empty = shards.filter(({ read, next }) => read.length === 0 && next !== null);
    await Promise.all(
      empty.map(async (shard) => {
        const page = await rows.page(shard.partition, shard.next!, to, rowsAtOnce);
        Object.assign(shard, { read: page.rows, next: page.next });
      }),
    );
    // What lies behind the end of a page that goes on may come before what the next one has.
    const ends = shards.flatMap(({ next }) => next ?? []);
    const end = ends.length === 0 ? null : ends.reduce((a, b) => (inOrder(a, b) ? a : b));
    const sure = (row: Row) => end === null || inOrder(row.key, end);
    const found = shards.flatMap(({ read }) => read.filter(sure)).sort(byKey);
    for (const shard of shards) shard.read = shard.read.filter((row) => !sure(row));
    if (found.length > 0) yield found;
    if (end === null) return;
  }
}

const inOrder = (a: string, b: string) => encodeKey(a) < encodeKey(b);
const byKey = (a: Row, b: Row) => (inOrder(a.key, b.key) ? -1 : 1);
