import { expect, it } from 'vitest';
import { mergedPages } from '../../../src/lib/store/mergedPage.ts';
import { countRows } from '../../support/countedRows.ts';
import { createMemoryRows } from '../../support/memoryRows.ts';

const partitions = ['a', 'b', 'c'];

/** Rows of three partitions, each `share` of the keys in turn. */
async function filled(counts: readonly number[]) {
  const rows = createMemoryRows();
  const keys: string[] = [];
  for (const [index, count] of counts.entries()) {
    for (let from = 0; from < count; from += 100) {
      const part = Array.from({ length: Math.min(100, count - from) }, (_, n) => {
        return `k|${String((from + n) * 7 + index).padStart(6, '0')}`;
      });
      keys.push(...part);
      await rows.commit(
        partitions[index]!,
        part.map((key) => ({ kind: 'create', key, data: '' })),
      );
    }
  }
  return { rows, keys: keys.sort() };
}

it.each([
  { what: 'nothing', counts: [0, 0, 0], calls: 3 },
  { what: 'a page of each', counts: [10, 20, 5], calls: 3 },
  { what: 'one that is much longer than the others', counts: [2_500, 3, 0], calls: 5 },
  { what: 'several pages of each', counts: [1_500, 1_200, 1_000], calls: 6 },
])('$what: all rows in order, each read once', async ({ counts, calls }) => {
  const { rows, keys } = await filled(counts);
  const count = countRows(rows);
  const found: string[] = [];
  for await (const part of mergedPages(rows, partitions, 'k|', 'k}'))
    found.push(...part.map(({ key }) => key));
  expect(found).toEqual(keys);
  expect(count).toMatchObject({ read: keys.length, calls });
});
