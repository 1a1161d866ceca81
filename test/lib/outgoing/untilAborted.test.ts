import { expect, it } from 'vitest';
import { untilAborted } from '../../../src/lib/outgoing/untilAborted.ts';

const never = new Promise<string>(() => {});
const aborted = AbortSignal.abort(new Error('over'));

it.each([
  ['the result of work that ends', () => untilAborted(new AbortController().signal, Promise.resolve('done'))],
])('gives %s', async (_, run) => {
  expect(await run()).toBe('done');
});

it.each([
  [
    'the fault of work that fails',
    () => untilAborted(new AbortController().signal, Promise.reject(new Error('broken'))),
    'broken',
  ],
  ['the reason of a signal that was aborted before', () => untilAborted(aborted, never), 'over'],
  [
    'the reason of a signal that is aborted meanwhile',
    () => untilAborted(AbortSignal.timeout(5), never),
    /time/,
  ],
])('fails with %s', async (_, run, message) => {
  await expect(run()).rejects.toThrow(message);
});

it('throws away a fault that comes after the signal', async () => {
  const late = Promise.reject(new Error('late'));
  await expect(untilAborted(aborted, late)).rejects.toThrow('over');
});
