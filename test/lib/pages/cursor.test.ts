import { expect, it } from 'vitest';
import { readCursor, writeCursor } from '../../../src/lib/pages/cursor.ts';

const list = '["listSites",{},{}]';
const cursor = writeCursor(list, 'c|3|Ærø|x');

it('brings back where a list goes on', () => {
  expect(cursor).toMatch(/^[\w.-]+$/);
  expect(readCursor(list, cursor)).toBe('c|3|Ærø|x');
});

it.each([
  ['nothing', ''],
  ['a word', 'abc'],
  ['no mark', cursor.split('.')[0]!],
  ['another mark', `${cursor.slice(0, -1)}_`],
  ['another place', `x${cursor}`],
  ['more', `${cursor}.x`],
])('takes %s for none of ours', (_what, text) => {
  expect(readCursor(list, text)).toBeNull();
});

it('is of no other list, and of no other filter', () => {
  expect(readCursor('["listSites",{},{"q":"oslo"}]', cursor)).toBeNull();
});
