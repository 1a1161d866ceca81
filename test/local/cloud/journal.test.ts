import { expect, it } from 'vitest';
import { createJournal } from '../../../local/cloud/journal.ts';

const items = (journal: ReturnType<typeof createJournal<string>>): string[] =>
  journal.newest(10).map((entry) => entry.item);

it.each([
  ['by number', { items: 2, bytes: 1_000 }, 10, ['d', 'c']],
  ['by size', { items: 10, bytes: 30 }, 10, ['d', 'c', 'b']],
  ['but never the newest', { items: 10, bytes: 5 }, 10, ['d']],
])('drops the oldest %s', (_case, limits, bytes, kept) => {
  const journal = createJournal<string>(limits);
  for (const item of ['a', 'b', 'c', 'd']) journal.add(item, bytes);
  expect(items(journal)).toEqual(kept);
});

it('goes on from a sequence number while newer items arrive', () => {
  const journal = createJournal<string>({ items: 10, bytes: 100 });
  for (const item of ['a', 'b', 'c']) journal.add(item, 1);
  const [newest] = journal.newest(1);
  journal.add('d', 1);
  expect(journal.newest(5, newest!.sequence).map((entry) => entry.item)).toEqual(['b', 'a']);
});
