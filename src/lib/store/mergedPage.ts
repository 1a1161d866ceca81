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

const inOrder = (a: string, b: string) => encodeKey(a) < encodeKey(b);
const byKey = (a: Row, b: Row) => (inOrder(a.key, b.key) ? -1 : 1);
