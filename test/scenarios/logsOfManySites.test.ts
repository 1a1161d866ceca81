// Sites of one hub ask the logs together, over all instances.
import { expect, it } from 'vitest';
import { lostHub, minutes } from '../scale/lostHub.ts';
import { start } from '../support/events.ts';

it('asks for a lone site at once, in one look', async () => {
  const cluster = await lostHub({ sites: 1, devicesPerSite: 5, instances: 3 });
  await cluster.time.run(minutes(6));
  expect(cluster.told).toMatchObject([{ message: { diagnosis: { cause: 'provider' } } }]);
  expect(cluster.queries).toHaveLength(2);
  // The hold, groupWait, two queries at once.
  expect(cluster.told[0]!.atMs - start).toBeLessThanOrEqual(300_000 + 30_000 + 2_000 + 4_000);
});

it('asks for many sites in a few looks, and tells each its cause', async () => {
  const cluster = await lostHub({ sites: 120, devicesPerSite: 20, instances: 3 });
  cluster.rowsFromMs = minutes(8);
  await cluster.time.run(minutes(30));
  expect(cluster.errors).toEqual([]);
  const bySite = Map.groupBy(cluster.told, ({ message }) => message.site.id);
  const last = [...bySite.values()].map((all) => all.at(-1)!.message.diagnosis.cause);
  expect(last).toEqual(new Array(120).fill('provider'));
  // Five askings of 120 sites, two queries each, would be 1,200.
  expect(cluster.queries.length).toBeLessThanOrEqual(240);
  expect(cluster.mostQueriesAtOnce()).toBeLessThanOrEqual(5);
  expect(cluster.rows.count('|logs|hub-fleet-01')).toBe(0);
});

it('goes on when who asks dies with its turn and the sites it took', async () => {
  const cluster = await lostHub({ sites: 40, devicesPerSite: 20, instances: 2 });
  cluster.rowsFromMs = minutes(8);
  await cluster.time.run(minutes(8));
  cluster.onQuery = (instance) => {
    cluster.onQuery = () => {};
    cluster.dies(instance);
  };
  await cluster.time.run(minutes(40));
  const bySite = Map.groupBy(cluster.told, ({ message }) => message.site.id);
  const last = [...bySite.values()].map((all) => all.at(-1)!.message.diagnosis.cause);
  expect(last).toEqual(new Array(40).fill('provider'));
});
