import { expect, it } from 'vitest';
import { eachAtMost } from '../../../src/lib/app/eachAtMost.ts';

it('does all, at most so many at a time', async () => {
  let [running, most] = [0, 0];
  const done: number[] = [];
  await eachAtMost(3, [1, 2, 3, 4, 5, 6, 7], async (item) => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    done.push(item);
  });
  expect(most).toBe(3);
  expect(done.sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

it('throws the first fault, once those that were running have ended', async () => {
  const done: number[] = [];
  const work = eachAtMost(2, [1, 2, 3, 4], async (item) => {
    await new Promise((resolve) => setImmediate(resolve));
    if (item === 1) throw new Error('one');
    done.push(item);
  });
  await expect(work).rejects.toThrow('one');
  expect(done).toEqual([2, 3, 4]);
});

it('of nothing does nothing', async () => {
  await expect(eachAtMost(3, [], () => Promise.reject(new Error('never')))).resolves.toBeUndefined();
});
