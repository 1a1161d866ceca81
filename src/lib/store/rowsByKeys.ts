import { encodeKey, isShortened } from './encodeKey.ts';
import { deviceRange } from './keys.ts';
import { keysInQuery, type Row, type RowStore } from './rowStore.ts';
import { cut } from './transactions.ts';

/** So many queries for a few keys each are as good as one for all rows between the first and the last key. */
const fewQueries = 2;

/** A batch that asks for at least this share of the rows between its first and last key reads them all at once. */
const denseFrom = 1 / 2;

/** More are no batch of events but the devices of an incident: often most of a site, however large it is. */
const mostInBatch = 1_000;

/** Thousands of devices of a large site are not asked for all at the same moment. */
export const queriesAtOnce = 32;

const mostLarge = 10_000;

/** Reads rows of devices by key: those of a small site in one query, those of a large one a few keys at a time. */
export function rowsByKeys(rows: RowStore) {
  /** Sites that have more rows than one query should read for a few devices. */
  const large = new Set<string>();
  return async (partition: string, keys: readonly string[]): Promise<Row[]> => {
    if (keys.length === 0) return [];
    const wanted = new Set(keys);
    const many = keys.length > mostInBatch;
    if (keys.length > fewQueries * keysInQuery && (many || !large.has(partition))) {
      const { first, final } = endsOf(keys);
      const limit = Math.ceil(keys.length / denseFrom);
      // Behind a key that was shortened nothing can be named but the end of all devices.
      const to = isShortened(final) ? deviceRange.to : `${final}\u0000`;
      const page = await rows.page(partition, first, to, limit);
      const last = page.rows.at(-1);
      const complete = page.next === null || (last && encodeKey(last.key) >= encodeKey(final));
      if (complete) return page.rows.filter((row) => wanted.has(row.key));
      if (large.size > mostLarge) large.clear();
      large.add(partition);
    }
    const found: Row[] = [];
    for (const wave of cut(cut([...wanted], keysInQuery), queriesAtOnce)) {
      const parts = await Promise.all(wave.map((part) => rows.getMany(partition, part)));
      found.push(...parts.flat());
    }
    return found;
  };
}

/** The first and the last of some keys, as the table orders them. */
function endsOf(keys: readonly string[]): { first: string; final: string } {
  const encoded = keys.map((key) => ({ key, as: encodeKey(key) }));
  const first = encoded.reduce((a, b) => (b.as < a.as ? b : a));
  const final = encoded.reduce((a, b) => (b.as > a.as ? b : a));
  return { first: first.key, final: final.key };
}
