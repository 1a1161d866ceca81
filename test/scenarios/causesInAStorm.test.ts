import { expect, it } from 'vitest';
import { lostHub, minutes } from '../scale/lostHub.ts';

it('a hundred sites that fall at once have their cause in their only notice', async () => {
  const cluster = await lostHub({ sites: 100, devicesPerSite: 3, instances: 1 });
  cluster.rowsFromMs = 0;
  await cluster.time.run(minutes(30));

  expect(cluster.errors).toEqual([]);
  const told = cluster.told.map(({ message }) => `${message.site.id} ${message.diagnosis.cause}`);
  const sites = Array.from({ length: 100 }, (_, index) => `s${String(index).padStart(4, '0')}`);
  expect(told.toSorted()).toEqual(sites.map((id) => `${id} provider`));
  expect(cluster.mostQueriesWithin(30_000)).toBeLessThanOrEqual(200);
}, 60_000);
