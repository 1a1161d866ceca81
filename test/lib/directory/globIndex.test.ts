import fc from 'fast-check';
import { expect, it } from 'vitest';
import { matches } from '../../../src/lib/directory/glob.ts';
import { indexGlobs } from '../../../src/lib/directory/globIndex.ts';

const piece = fc.constantFrom('a', 'b', 'ab', '*', '\\*', '-');
const glob = fc.array(piece, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''));
const text = fc.array(fc.constantFrom('a', 'b', '-', '*'), { maxLength: 6 }).map((parts) => parts.join(''));

it('finds what trying the globs one after the other finds', () => {
  fc.assert(
    fc.property(fc.array(glob, { maxLength: 8 }), text, (globs, id) => {
      const find = indexGlobs(globs.map((one, order) => [one, order] as const));
      const first = globs.findIndex((one) => matches(one, id));
      expect(find(id)).toBe(first < 0 ? undefined : first);
    }),
    { numRuns: 2_000 },
  );
});
