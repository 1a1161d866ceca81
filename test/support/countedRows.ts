import type { RowStore } from '../../src/lib/store/rowStore.ts';

/** Rows that went over the edge, and calls. */
export type RowCount = { calls: number; read: number; written: number };

/** Counts what a store is asked for from now on. Its own methods are replaced, so that who has it already is counted. */
export function countRows(rows: RowStore): RowCount {
  const count: RowCount = { calls: 0, read: 0, written: 0 };
  const original = { ...rows };
  const reads = <Result>(result: Result, length: number): Result => {
    count.calls += 1;
    count.read += length;
    return result;
  };
  Object.assign(rows, {
    get: async (...args: Parameters<RowStore['get']>) => {
      const row = await original.get(...args);
      return reads(row, row ? 1 : 0);
    },
    getMany: async (...args: Parameters<RowStore['getMany']>) => {
      const found = await original.getMany(...args);
      return reads(found, found.length);
    },
    range: async (...args: Parameters<RowStore['range']>) => {
      const found = await original.range(...args);
      count.calls += Math.floor(found.length / 1_000);
      return reads(found, found.length);
    },
    page: async (...args: Parameters<RowStore['page']>) => {
      const found = await original.page(...args);
      count.calls += Math.floor(found.rows.length / 1_000);
      return reads(found, found.rows.length);
    },
    commit: async (...args: Parameters<RowStore['commit']>) => {
      count.calls += 1;
      count.written += args[1].length;
      return original.commit(...args);
    },
  } satisfies RowStore);
  return count;
}
