import { beforeEach, expect, it } from 'vitest';
import { createActiveSites } from '../../../src/lib/store/activeSites.ts';
import { createMemoryRows } from '../../support/memoryRows.ts';

let active: ReturnType<typeof createActiveSites>;
beforeEach(() => {
  active = createActiveSites(createMemoryRows());
});

const partition = 'hub|site|oslo';

it('notes a site that an event touches', async () => {
  await active.touch(partition, 5_000, 1_000);
  const expected = { partition, dueAtMs: 5_000, touchedAtMs: 1_000, far: false };
  expect((await active.read(partition))?.record).toEqual(expected);
});

it('notes when a site is due next, and keeps when it was touched', async () => {
  await active.touch(partition, 5_000, 1_000);
  await active.settle(partition, await active.read(partition), { atMs: 90_000, far: true }, 5_000);
  const expected = { partition, dueAtMs: 90_000, touchedAtMs: 1_000, far: true };
  expect((await active.read(partition))?.record).toEqual(expected);
});

it('notes a site that nothing had touched', async () => {
  await active.settle(partition, null, { atMs: 9_000, far: false }, 5_000);
  expect((await active.read(partition))?.record).toMatchObject({ dueAtMs: 9_000, touchedAtMs: 5_000 });
});

it('leaves a row alone that an event has touched since it was read', async () => {
  await active.touch(partition, 5_000, 1_000);
  const read = await active.read(partition);
  await active.touch(partition, 7_000, 2_000);
  await active.settle(partition, read, null, 500_000);
  await active.settle(partition, read, { atMs: 900_000, far: true }, 500_000);
  expect((await active.read(partition))?.record.dueAtMs).toBe(7_000);
});

it('forgets an idle site a minute after its last event, and not before', async () => {
  await active.touch(partition, 5_000, 1_000);
  await active.settle(partition, await active.read(partition), null, 60_999);
  expect((await active.read(partition))?.record).toMatchObject({ dueAtMs: 61_000, far: true });
  await active.settle(partition, await active.read(partition), null, 61_000);
  expect(await active.read(partition)).toBeNull();
});

it('writes nothing when nothing has changed', async () => {
  await active.touch(partition, 5_000, 1_000);
  const before = await active.read(partition);
  await active.settle(partition, before, { atMs: 5_000, far: false }, 2_000);
  await active.settle('hub|site|idle', null, null, 2_000);
  expect((await active.read(partition))?.etag).toBe(before?.etag);
  expect(await active.read('hub|site|idle')).toBeNull();
});

it('lists the sites of all shards, page by page, whatever their ids', async () => {
  const partitions = ['hub|device|a#b?c%d', 'hub|device|~~~~~', "hub|device|x'y", 'z|site|Ω'].concat(
    Array.from({ length: 40 }, (_, index) => `hub|site|plant-${index}`),
  );
  for (const name of partitions) await active.touch(name, 1, 1);
  const listed: string[] = [];
  for await (const page of active.all()) listed.push(...page.map((site) => site.partition));
  expect(listed.sort()).toEqual(partitions.sort());
});

it('lists every site of a shard that has more than a page of them', async () => {
  const partitions = Array.from({ length: 4_400 }, (_, index) => `hub|site|plant-${index}`);
  for (const name of partitions) await active.touch(name, 1, 1);
  const pages: number[] = [];
  for await (const page of active.all()) pages.push(page.length);
  expect([Math.max(...pages), pages.reduce((sum, length) => sum + length, 0)]).toEqual([1_000, 4_400]);
});
