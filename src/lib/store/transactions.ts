import { type RowWrite, transactionLimit, transactionSizeLimit } from './rowStore.ts';

export function cut<Item>(items: readonly Item[], length: number): Item[][] {
  const parts: Item[][] = [];
  for (let start = 0; start < items.length; start += length) parts.push(items.slice(start, start + length));
  return parts;
}

/**
 * Packs groups of writes into transactions, in order. A group that fits into one is not torn.
 * @param room rows to leave free in each
 */
export function transactionsOf(groups: readonly (readonly RowWrite[])[], room = 0): RowWrite[][] {
  const transactions: RowWrite[][] = [];
  const most = transactionLimit - room;
  let size = 0;
  for (const group of groups.flatMap((writes) => bySize(writes, most))) {
    const groupSize = sizeOf(group);
    const last = transactions.at(-1);
    if (last && last.length + group.length <= most && size + groupSize <= transactionSizeLimit) {
      last.push(...group);
      size += groupSize;
    } else {
      transactions.push([...group]);
      size = groupSize;
    }
  }
  return transactions;
}

/** Cuts a group that no transaction takes as a whole. */
function bySize(writes: readonly RowWrite[], most: number): RowWrite[][] {
  const parts: RowWrite[][] = [];
  let size = 0;
  for (const write of writes) {
    const own = sizeOf([write]);
    const last = parts.at(-1);
    if (last && last.length < most && size + own <= transactionSizeLimit) {
      last.push(write);
      size += own;
    } else {
      parts.push([write]);
      size = own;
    }
  }
  return parts;
}

function sizeOf(writes: readonly RowWrite[]): number {
  return writes.reduce((sum, write) => sum + (write.kind === 'remove' ? 0 : write.data.length), 0);
}
