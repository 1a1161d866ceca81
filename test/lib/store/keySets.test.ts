import { expect, it } from 'vitest';
import { packKeys, unpackKeys } from '../../../src/lib/store/keySets.ts';

const keys = Array.from({ length: 50 }, (_, number) => `k${number}`);
const numberOf = new Map(keys.map((key, number) => [key, number]));
const of = (numbers: readonly number[]) => numbers.map((number) => `k${number}`);

it.each([
  { numbers: [], runs: '' },
  { numbers: [0], runs: '0' },
  { numbers: [3, 4], runs: '3-4' },
  { numbers: [0, 1, 2, 7, 9, 10], runs: '0-2,7,9-10' },
  { numbers: [49], runs: '49' },
  { numbers: keys.map((_, number) => number), runs: '0-49' },
])('the numbers $numbers are "$runs"', ({ numbers, runs }) => {
  expect(packKeys(of(numbers.toReversed()), numberOf)).toBe(runs);
  expect(unpackKeys(runs, keys)).toEqual(of(numbers));
});

it('numbers without a member are left out, and runs beyond them too', () => {
  expect(unpackKeys('48-60,99', keys)).toEqual(of([48, 49]));
});

it('a key that is no member is refused', () => {
  expect(() => packKeys(['stranger'], numberOf)).toThrow('stranger is no member of the incident');
});
