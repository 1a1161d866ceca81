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

it.each([
  { set: 'every other one', has: (number: number) => number % 2 === 0, most: 16_700 },
  { set: 'two of three', has: (number: number) => number % 3 > 0, most: 16_700 },
  { set: 'one of a thousand', has: (number: number) => number % 1_000 === 0, most: 600 },
  { set: 'all but one', has: (number: number) => number !== 7, most: 20 },
])('of 100,000 members, $set take at most $most characters', ({ has, most }) => {
  const many = Array.from({ length: 100_000 }, (_, number) => `k${number}`);
  const some = many.filter((_, number) => has(number));
  const packed = packKeys(some, new Map(many.map((key, number) => [key, number])));
  expect(packed.length).toBeLessThanOrEqual(most);
  expect(unpackKeys(packed, many)).toEqual(some);
});

it('numbers without a member are left out, and runs beyond them too', () => {
  expect(unpackKeys('48-60,99', keys)).toEqual(of([48, 49]));
});

it('a key that is no member is refused', () => {
  expect(() => packKeys(['stranger'], numberOf)).toThrow('stranger is no member of the incident');
});
