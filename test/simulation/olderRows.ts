import type { Row, RowStore, RowWrite } from '../../src/lib/store/rowStore.ts';

/**
 * What an instance of the code version before reads and writes beside one of the present: rows without what the present
 * version added to them, here the facts that a diagnosis was found for, and the events in a device's row. With the next field of a
 * record, this strips it as well.
 */
export function olderRows(rows: RowStore): RowStore {
  return {
    get: async (partition, key) => {
      const row = await rows.get(partition, key);
      return row && older(row);
    },
    getMany: async (partition, keys) => (await rows.getMany(partition, keys)).map(older),
    range: async (partition, from, to) => (await rows.range(partition, from, to)).map(older),
    page: async (partition, from, to, limit) => {
      const page = await rows.page(partition, from, to, limit);
      return { ...page, rows: page.rows.map(older) };
    },
    commit: (partition, writes) => rows.commit(partition, writes.map(older<RowWrite>)),
  };
}

function older<Written extends Row | RowWrite>(row: Written): Written {
  if (!('data' in row)) return row;
  if (row.key.startsWith('d|') && row.data.includes('"recent"')) {
    const { recent: _, ...device } = JSON.parse(row.data) as { recent?: unknown };
    return { ...row, data: JSON.stringify(device) };
  }
  if (!row.key.startsWith('i|') || !row.data.includes('"about"')) return row;
  const head = JSON.parse(row.data) as { diagnosis?: { about?: unknown } | null };
  if (head.diagnosis) delete head.diagnosis.about;
  return { ...row, data: JSON.stringify(head) };
}
