import { expect, it } from 'vitest';
import { levelsOf } from '../../../src/lib/hubWatch/levelsOf.ts';
import { start } from '../../support/events.ts';

const minuteMs = 60_000;

/** A point each minute, from and to so many minutes ago. */
const points = (fromAgo: number, toAgo: number, average: number) =>
  Array.from({ length: fromAgo - toAgo + 1 }, (_, index) => ({
    atMs: start - (fromAgo - index) * minuteMs,
    average,
  }));

it('takes the middle of the newest five points and of those of an hour ago', () => {
  const all = [...points(65, 55, 1000), ...points(54, 8, 7), ...points(7, 3, 600)];
  expect(levelsOf(all, start)).toEqual({ connected: 600, hourAgo: 1000 });
});

it('knows no level without points', () => {
  expect(levelsOf([], start)).toEqual({ connected: null, hourAgo: null });
});

it.each([
  ['two points', points(4, 3, 600)],
  ['points that are ten minutes old', points(20, 11, 600)],
])('knows no present level by %s', (_, recent) => {
  expect(levelsOf([...points(65, 55, 1000), ...recent], start)).toEqual({ connected: null, hourAgo: 1000 });
});

it('takes no level between two', () => {
  const all = [...points(6, 5, 1000), ...points(4, 2, 600)];
  expect(levelsOf(all, start).connected).toBe(600);
});

it('takes a zero as a level', () => {
  expect(levelsOf(points(5, 1, 0), start).connected).toBe(0);
});
