import fc from 'fast-check';
import { expect, it } from 'vitest';
import { messageFault } from '../../src/lib/store/queueMessages.ts';
import { queueNames } from '../../src/lib/store/queues.ts';
import { World } from '../simulation/world.ts';
import { configOf, osloConfig } from '../support/configOf.ts';
import { eventGridEvent, type RawKind, start } from '../support/events.ts';
import { mutated, oddValue } from './mutations.ts';

const config = configOf(osloConfig);
const partition = 'hub-fleet-01|site|oslo';
const good = [
  { partition },
  { partition, incident: 'inc_1', notice: 'ntc_1' },
  { partition, askLogsFor: 'inc_1' },
  { partition: 'hub|device|a#b?c' },
];

const message = fc.record({
  queue: fc.constantFrom('evaluations' as const, 'notices' as const),
  body: fc.oneof(oddValue, ...good.map(mutated)),
});

it('sets what is no message aside with what and where, and tells everybody all the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 12 }), async (messages) => {
      const world = new World({ config, startMs: start });
      const post = (atMs: number, kind: RawKind, sequence: number) =>
        world.post(
          atMs,
          ['oslo-1', 'oslo-2'].map((deviceId) => eventGridEvent({ kind, deviceId, atMs, sequence })),
        );
      post(start, 'DeviceConnected', 1);
      post(start + 60_000, 'DeviceDisconnected', 2);
      post(start + 900_000, 'DeviceConnected', 3);
      for (const [index, { queue, body }] of messages.entries()) {
        await world.run(start + index * 100_000);
        world.enqueue(queue, body);
      }
      await world.run(start + 3_600_000);

      expect(world.heard.map((one) => one.message.type)).toEqual(['incident.opened', 'incident.resolved']);
      const bad = messages.filter(({ queue, body }) => messageFault(queueNames[queue], body) !== null);
      expect(world.poison).toHaveLength(bad.length);
      for (const error of world.errors) {
        expect(error).toMatchObject({ name: 'MalformedMessageError' });
        expect(String(error)).toMatch(/a message of the queue (site-evaluations|notices) .+: ./);
      }
    }),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 100) },
  );
});
