import { expect, it } from 'vitest';
import { checkingAgeMs, createLinkKeys, signingAgeMs } from '../../../src/lib/store/linkKeys.ts';
import { createMetaRows } from '../../../src/lib/store/metaRows.ts';
import { createPresses } from '../../../src/lib/store/presses.ts';
import { createMemoryRows } from '../../support/memoryRows.ts';

const rows = () => createMemoryRows();

it('are made at the first use, and whoever looks at the same moment gets the same', async () => {
  const shared = createMetaRows(rows());
  const instances = Array.from({ length: 8 }, () => createLinkKeys(shared));
  const rings = await Promise.all(instances.map((keys) => keys.ring(signingAgeMs, 0)));
  expect(new Set(rings.map(([{ kid, secret }]) => kid + secret)).size).toBe(1);
  expect(await createLinkKeys(shared).stored()).toEqual(rings[0]);
});

it('are remembered for no longer than the one who asks allows', async () => {
  const shared = createMetaRows(rows());
  const [one, other] = [createLinkKeys(shared), createLinkKeys(shared)];
  const [before] = await one.ring(signingAgeMs, 0);
  const [rotated] = await other.rotate(100);
  expect((await one.ring(checkingAgeMs, signingAgeMs + 1))[0]).toEqual(before);
  expect((await one.ring(signingAgeMs, signingAgeMs + 1))[0]).toEqual(rotated);
  expect(checkingAgeMs).toBeLessThanOrEqual(60_000);
});

it('stay in their order when several are made at once', async () => {
  const shared = createMetaRows(rows());
  const first = await createLinkKeys(shared).ring(0, 0);
  await Promise.all([1, 2, 3].map((at) => createLinkKeys(shared).rotate(at)));
  const ring = await createLinkKeys(shared).ring(0, 9);
  expect(ring).toHaveLength(4);
  expect(ring.at(-1)).toEqual(first[0]);
  expect(new Set(ring.map(({ kid }) => kid)).size).toBe(4);
});

it('are looked for again after storage has failed', async () => {
  let fails = true;
  const memory = rows();
  const keys = createLinkKeys(
    createMetaRows({
      ...memory,
      get: (partition, key) => (fails ? Promise.reject(new Error('away')) : memory.get(partition, key)),
    }),
  );
  await expect(keys.ring(60_000, 0)).rejects.toThrow('away');
  fails = false;
  expect(await keys.ring(60_000, 1)).toHaveLength(1);
});

it('a form is good once, for whoever is first, and its row goes when it would be too old anyway', async () => {
  const memory = rows();
  const presses = createPresses(memory);
  const taken = await Promise.all([1, 2, 3].map(() => presses.take('a', 1_000, 0)));
  expect(taken.filter(Boolean)).toHaveLength(1);
  expect(await presses.take('b', 1_000, 0)).toBe(true);
  expect(memory.count('|presses')).toBe(2);
  expect(await presses.take('c', 5_000, 2_000)).toBe(true);
  expect(memory.count('|presses')).toBe(1);
});
