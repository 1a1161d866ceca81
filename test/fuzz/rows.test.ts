import fc from 'fast-check';
import { afterEach, expect, it, vi } from 'vitest';
import { listPartition, listShards, partitionOf, rowKeys, shardOf } from '../../src/lib/store/keys.ts';
import { World } from '../simulation/world.ts';
import { configOf, osloConfig } from '../support/configOf.ts';
import { eventGridEvent, type RawKind, start } from '../support/events.ts';
import { oddValue } from './mutations.ts';

const config = configOf(osloConfig);
const partition = partitionOf({ hub: 'hub-fleet-01', kind: 'site', id: 'oslo' });
const list = listPartition(shardOf(partition, listShards));

const badRow = fc.record({
  key: fc.constantFrom('d|bad', 'd|oslo-2', 'i|bad', 'a|'),
  data: fc.oneof(
    fc.string({ maxLength: 20 }),
    oddValue.map((value) => JSON.stringify(value)),
  ),
  listKey: fc.constantFrom(
    `s|${partition}`,
    `t|${partition}`,
    `o|${partition}|00000`,
    's|no site',
    't|no site',
  ),
  /** Before the first event, or in mid-outage. */
  atMs: fc.constantFrom(start, start + 100_000),
});

afterEach(() => {
  vi.restoreAllMocks();
});

it('sets rows that cannot be read aside, says so, and tells of their site all the same', async () => {
  const said = vi.spyOn(console, 'error').mockReturnValue();
  await fc.assert(
    fc.asyncProperty(fc.array(badRow, { minLength: 1, maxLength: 4 }), async (bad) => {
      said.mockClear();
      const world = new World({ config, startMs: start });
      const post = (atMs: number, kind: RawKind, sequence: number) => {
        const events = ['oslo-1', 'oslo-2', 'oslo-3'].map((deviceId) =>
          eventGridEvent({ kind, deviceId, atMs, sequence }),
        );
        world.post(atMs, events);
      };
      post(start + 1_000, 'DeviceConnected', 1);
      post(start + 60_000, 'DeviceDisconnected', 2);
      post(start + 900_000, 'DeviceConnected', 3);
      const unreadable = new Map<string, string>();
      for (const { key, data, listKey, atMs } of bad.toSorted((a, b) => a.atMs - b.atMs)) {
        await world.run(atMs);
        await world.rows.commit(partition, [{ kind: 'put', key, data }]);
        await world.rows.commit(list, [{ kind: 'put', key: listKey, data }]);
        unreadable.set(key, data);
      }
      await world.run(start + 3_600_000);

      expect(world.heard.map((one) => one.message.type)).toEqual(['incident.opened', 'incident.resolved']);
      for (const [key, data] of unreadable) {
        expect(await world.rows.get(partition, rowKeys.unreadable(key))).toMatchObject({ data });
        expect(said).toHaveBeenCalledWith(expect.stringContaining(`row ${key} of ${partition}`));
      }
    }),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 100) },
  );
});
