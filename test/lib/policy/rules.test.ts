import { expect, it } from 'vitest';
import { isNewer } from '../../../src/lib/policy/rules.ts';

const version = (atMs: number, hash: string) => ({ atMs, hash });

it.each([
  { rule: 'the later change, whatever its hash', newer: version(2, 'a'), older: version(1, 'b') },
  { rule: 'of one moment, the higher hash', newer: version(1, 'b'), older: version(1, 'a') },
])('$rule is newer', ({ newer, older }) => {
  expect([isNewer(newer, older), isNewer(older, newer)]).toEqual([true, false]);
});

it('a version is not newer than itself', () => {
  expect(isNewer(version(1, 'a'), version(1, 'a'))).toBe(false);
});
