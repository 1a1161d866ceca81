import { expect, it } from 'vitest';
import { type Guard, isOutdated, readGuard, writeGuard } from '../../../src/lib/store/guardRecord.ts';
import { storeFormat } from '../../../src/lib/store/readRecord.ts';

const guard: Guard = {
  hubName: 'Hub-Fleet-01',
  rules: { atMs: 5, hash: 'm' },
  format: storeFormat,
  placed: true,
  count: 7,
};
const rowOf = (data: string) => ({ key: 'a|', data, etag: 'v1' });

it('is read back as it was written', () => {
  expect(readGuard(rowOf(writeGuard(guard)))).toEqual(guard);
});

it('of a version before has not been placed and counts from zero', () => {
  const { placed: _, count: __, format: ___, ...before } = guard;
  expect(readGuard(rowOf(JSON.stringify(before)))).toEqual({ ...guard, placed: false, count: 0 });
});

it.each([
  '',
  'null',
  '{}',
  '{"hubName":"h"}',
  '{"hubName":"h","rules":{"atMs":1}}',
  '{"rules":{"hash":"a"}}',
])('of %j cannot be read', (data) => {
  expect(readGuard(rowOf(data))).toBeNull();
});

it.each([
  { rule: 'nobody has decided yet', noted: null, mine: { atMs: 0, hash: '' }, outdated: false },
  { rule: 'the same rules decided', noted: guard, mine: { atMs: 5, hash: 'm' }, outdated: false },
  { rule: 'older rules decided', noted: guard, mine: { atMs: 6, hash: 'a' }, outdated: false },
  { rule: 'newer rules decided', noted: guard, mine: { atMs: 4, hash: 'z' }, outdated: true },
  {
    rule: 'rules of the same moment with a lower hash decided',
    noted: guard,
    mine: { atMs: 5, hash: 'n' },
    outdated: false,
  },
  {
    rule: 'rules of the same moment with a higher hash decided',
    noted: guard,
    mine: { atMs: 5, hash: 'l' },
    outdated: true,
  },
  {
    rule: 'a newer format decided',
    noted: { ...guard, format: storeFormat + 1 },
    mine: { atMs: 9, hash: 'z' },
    outdated: true,
  },
])('where $rule, an instance is outdated: $outdated', ({ noted, mine, outdated }) => {
  expect(isOutdated(noted, mine)).toBe(outdated);
});
