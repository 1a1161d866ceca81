import { expect, it } from 'vitest';
import { ownSite, siteById } from '../../../src/lib/directory/placeOf.ts';
import { createAwayCounts } from '../../../src/lib/store/awayCounts.ts';
import { partitionOf } from '../../../src/lib/store/keys.ts';
import { configOf, osloConfig } from '../../support/configOf.ts';
import { createMemoryRows } from '../../support/memoryRows.ts';

const config = configOf(osloConfig);
const partition = (hub: string, id: string) => partitionOf(hub, siteById(config, id));

async function counted(...sites: readonly (readonly [partition: string, away: number])[]) {
  const rows = createMemoryRows();
  const counts = createAwayCounts(rows);
  for (const [name, away] of sites) await counts.save(name, await counts.read(name), away);
  return { rows, counts };
}

it('sums the sites of one hub, whose name may begin that of another', async () => {
  const { counts } = await counted(
    [partition('hub', 'oslo'), 3],
    [partition('Hub', 'bergen'), 4],
    [partitionOf('hub', ownSite('~pump')), 1],
    [partition('hub-2', 'oslo'), 100],
    [partition('a-hub', 'oslo'), 100],
  );
  expect(await counts.ofHub('HUB')).toBe(8);
  expect(await counts.ofHub('nobody')).toBe(0);
});

it('keeps the newest count, and nothing of a site where all are there', async () => {
  const oslo = partition('hub', 'oslo');
  const { rows, counts } = await counted([oslo, 3], [oslo, 5]);
  expect(await counts.ofHub('hub')).toBe(5);
  await counts.save(oslo, await counts.read(oslo), 0);
  expect(rows.keys()).toEqual([]);
});

it('sums more sites than a page holds', async () => {
  const { counts } = await counted(
    ...Array.from({ length: 4_500 }, (_, index) => [partition('hub', `site-${index}`), 1] as const),
  );
  expect(await counts.ofHub('hub')).toBe(4_500);
});

it('never writes over what another writer has counted since', async () => {
  const oslo = partition('hub', 'oslo');
  const { counts } = await counted([oslo, 3]);
  const read = await counts.read(oslo);
  expect(await counts.save(oslo, read, 7)).toBe(true);
  expect(await counts.save(oslo, read, 2)).toBe(false);
  expect(await counts.save(oslo, null, 2)).toBe(false);
  expect(await counts.ofHub('hub')).toBe(7);
});
