import { subscribe } from 'node:diagnostics_channel';
import { startAzurite } from '../../local/azurite.ts';
import { composeApp } from '../../src/lib/app/createApp.ts';
import { eachAtMost } from '../../src/lib/app/eachAtMost.ts';
import { receiveEvents } from '../../src/lib/app/receiveEvents.ts';
import { createStorageQueues } from '../../src/lib/store/storageQueues.ts';
import { createTableRows } from '../../src/lib/store/tableRows.ts';
import { silentLog } from '../../src/lib/telemetry/log.ts';
import { configOf } from '../../test/support/configOf.ts';
import { eventGridEvent } from '../../test/support/events.ts';
import { type Figure, figure, type Part } from '../figure.ts';

const count = 1_000;
const [sites, inFlight, inBatch] = [10, 16, 200];
const config = configOf(`
sitePattern: "^(?<site>plant[0-9]+)-"
receivers: { operators: { email: { to: ["ops@oslo.example"] } } }
routes: [{ to: [operators] }]
`);
const unused = () => Promise.reject(new Error('ingest neither sends nor asks'));

type Kind = 'DeviceConnected' | 'DeviceDisconnected';

function event(index: number, kind: Kind, sequence: number): object {
  const deviceId = `plant${index % sites}-press-${index}`;
  return eventGridEvent({ kind, deviceId, atMs: Date.now(), sequence });
}

const all = Array.from({ length: count }, (_, index) => index);
const singles = (kind: Kind, sequence: number) => all.map((index) => [event(index, kind, sequence)]);

/** Each delivery holds up to 200 events of one site. */
function batches(kind: Kind, sequence: number): object[][] {
  const bySite = Map.groupBy(all, (index) => index % sites);
  return [...bySite.values()].flatMap((indexes) =>
    Array.from({ length: Math.ceil(indexes.length / inBatch) }, (_, part) =>
      indexes.slice(part * inBatch, (part + 1) * inBatch).map((index) => event(index, kind, sequence)),
    ),
  );
}

/** Takes events into the real table and queue stores: events a second, and storage transactions an event. */
export const ingest: Part = {
  title: `Ingest of ${count} devices of ${sites} sites, ${inFlight} deliveries in flight, on Azurite`,
  async measure() {
    let transactions = 0;
    subscribe('http.client.request.start', () => {
      transactions += 1;
    });
    const azurite = await startAzurite();
    try {
      const access = { kind: 'connectionString', connectionString: azurite.connectionString } as const;
      /** An instance that has seen nothing yet. */
      const instance = () =>
        composeApp(config, {
          rows: createTableRows(access, 'Fleet'),
          queues: createStorageQueues(access),
          channels: { pacingOf: () => ({ merges: true, limits: [] }), send: unused },
          diagnoser: { queriesFor: () => 0, diagnose: unused },
          publicUrl: null,
          now: Date.now,
          pause: unused,
          random: Math.random,
        });
      const figures: Figure[] = [];
      const measure = async (what: string, deliveries: readonly object[][], app = instance()) => {
        const [before, beganMs] = [transactions, performance.now()];
        await eachAtMost(inFlight, deliveries, async (delivery) => {
          await receiveEvents(app, delivery, Date.now(), silentLog);
        });
        const seconds = (performance.now() - beganMs) / 1_000;
        figures.push(figure(`${what}: rate`, count / seconds, 'events/s'));
        figures.push(figure(`${what}: cost`, (transactions - before) / count, 'transactions/event'));
      };
      const warm = instance();
      await receiveEvents(warm, [event(0, 'DeviceConnected', 1)], Date.now(), silentLog);
      await warm.queues.wakeSite({ partition: 'hub|site|none' }, 0);
      const one = instance();
      await measure('single, first of each device', singles('DeviceConnected', 2), one);
      await measure('single, losses of cached devices', singles('DeviceDisconnected', 3), one);
      await measure('single, returns, not cached', singles('DeviceConnected', 4));
      const two = instance();
      await measure(`batches of ${inBatch}, not cached`, batches('DeviceConnected', 5), two);
      await measure(`batches of ${inBatch}, losses of cached devices`, batches('DeviceDisconnected', 6), two);
      return figures;
    } finally {
      await azurite.stop();
    }
  },
};
