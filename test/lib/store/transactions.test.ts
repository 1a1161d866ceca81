import { expect, it } from 'vitest';
import type { RowWrite } from '../../../src/lib/store/rowStore.ts';
import { transactionsOf } from '../../../src/lib/store/transactions.ts';

const group = (count: number, length = 10): RowWrite[] =>
  Array.from({ length: count }, (_, n) => ({ kind: 'put', key: `k${n}`, data: 'x'.repeat(length) }));

it.each([
  { rule: 'groups share a transaction up to 100 rows', groups: [group(60), group(40)], rows: [100] },
  {
    rule: 'a group that does not fit begins the next one whole',
    groups: [group(60), group(41)],
    rows: [60, 41],
  },
  { rule: 'a group that no transaction takes is cut', groups: [group(250)], rows: [100, 100, 50] },
  { rule: 'what is cut off shares with what follows', groups: [group(101), group(99)], rows: [100, 100] },
  { rule: 'room is left for the guard', groups: [group(60), group(40)], room: 1, rows: [60, 40] },
  { rule: 'a group is cut with that room', groups: [group(100)], room: 1, rows: [99, 1] },
  {
    rule: 'a transaction takes a million characters',
    groups: [group(1, 600_000), group(1, 400_000), group(1, 1)],
    rows: [2, 1],
  },
  { rule: 'a group of more is cut', groups: [group(5, 400_000)], rows: [2, 2, 1] },
  { rule: 'no groups are no transaction', groups: [], rows: [] },
])('$rule', ({ groups, room = 0, rows }) => {
  const transactions = transactionsOf(groups, room);
  expect(transactions.map(({ length }) => length)).toEqual(rows);
  expect(transactions.flat()).toEqual(groups.flat());
});
