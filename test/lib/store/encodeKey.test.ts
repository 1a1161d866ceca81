import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeKey } from '../../../src/lib/store/encodeKey.ts';

it.each([
  ['d|oslo-press-07', 'd|oslo-press-07'],
  ['a#b?c%d', 'a~23b~3fc~25d'],
  ['a~b', 'a~7eb'],
  ['a/b\\c', 'a~2fb~5cc'],
  ['blå', 'bl~c3~a5'],
  ['', ''],
])('%j becomes %j', (text, key) => {
  expect(encodeKey(text)).toBe(key);
});

it('makes other texts other keys, all of them legal', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'binary-ascii', maxLength: 1_200 }),
  );
  fc.assert(
    fc.property(texts, texts, (a, b) => {
      const [one, two] = [encodeKey(a), encodeKey(b)];
      expect(one === two).toBe(a === b);
      expect(one).toMatch(/^[A-Za-z0-9._:|@=~-]{0,500}$/);
    }),
    { numRuns: 2_000 },
  );
});

it('keeps long texts apart that differ in one character, and from their own encoding', () => {
  const [one, two] = [`${'x'.repeat(600)}a`, `${'x'.repeat(600)}b`];
  expect(encodeKey(one)).not.toBe(encodeKey(two));
  expect(encodeKey(one).length).toBeLessThanOrEqual(500);
  expect(encodeKey(encodeKey(one))).not.toBe(encodeKey(one));
});

it('keeps those with a common plain prefix together', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (rest) => {
      const key = encodeKey(`d|${rest}`);
      expect(key >= encodeKey('d|') && key < encodeKey('d}')).toBe(true);
    }),
  );
});
