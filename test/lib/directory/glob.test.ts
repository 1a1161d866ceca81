import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matches, matchesAny } from '../../../src/lib/directory/glob.ts';

const letters = "ab-A?(!.*\\+$['";
const text = fc.string({ unit: fc.constantFrom(...letters), maxLength: 10 });

/** The rule written down as a search over all ways to match. */
function matchesByRule(glob: string, text: string): boolean {
  if (glob === '') return text === '';
  if (glob.startsWith('\\*')) return text.startsWith('*') && matchesByRule(glob.slice(2), text.slice(1));
  if (glob.startsWith('*')) {
    return matchesByRule(glob.slice(1), text) || (text !== '' && matchesByRule(glob, text.slice(1)));
  }
  return text.startsWith(glob[0]!) && matchesByRule(glob.slice(1), text.slice(1));
}

describe('matches', () => {
  it.each([
    ['oslo-*', 'oslo-press-07', true],
    ['oslo-*', 'oslo-', true],
    ['oslo-*', 'bergen-oslo-1', false],
    ['*-gateway', 'oslo-gateway', true],
    ['*-gateway', 'oslo-gateway-2', false],
    ['*', '', true],
    ['a*a', 'a', false],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['OSLO-*', 'oslo-1', false],
    ['OSLO-1', 'oslo-1', false],
    ['a?c', 'abc', false],
    ['a?c', 'a?c', true],
    ['a.c', 'abc', false],
    ['a\\*c', 'a*c', true],
    ['a\\*c', 'abc', false],
    ['(x|y)*', '(x|y)1', true],
  ])('%s on %s: %s', (glob, id, expected) => {
    expect(matches(glob, id)).toBe(expected);
  });

  it('agrees with the rule for any glob and text', () => {
    fc.assert(
      fc.property(text, text, (glob, id) => {
        expect(matches(glob, id)).toBe(matchesByRule(glob, id));
      }),
      { numRuns: 2_000 },
    );
  });

  it('finds any text from which pieces were replaced by stars', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { maxLength: 5 }), (pieces) => {
        const glob = pieces.map(([kept]) => `${kept.replace(/[*\\]/g, '')}*`).join('');
        const id = pieces.map(([kept, dropped]) => kept.replace(/[*\\]/g, '') + dropped).join('');
        expect(matches(glob, id)).toBe(true);
      }),
    );
  });

  it('takes no long time for many stars', () => {
    const started = performance.now();
    expect(matches(`${'*a'.repeat(60)}b`, 'a'.repeat(128))).toBe(false);
    expect(performance.now() - started).toBeLessThan(100);
  });
});

describe('matchesAny', () => {
  it('needs one glob that matches', () => {
    expect(matchesAny(['x-*', 'oslo-*'], 'oslo-1')).toBe(true);
    expect(matchesAny([], 'oslo-1')).toBe(false);
  });
});
