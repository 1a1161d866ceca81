// Takes events into the real table and queue stores on Azurite: events a second, and storage transactions an event.
import { subscribe } from 'node:diagnostics_channel';
import { startAzurite } from '../local/azurite.ts';
import type { App } from '../src/lib/app/app.ts';
import { composeApp } from '../src/lib/app/createApp.ts';
import { eachAtMost } from '../src/lib/app/eachAtMost.ts';
import { receiveEvents } from '../src/lib/app/receiveEvents.ts';
import { loadConfig } from '../src/lib/config/loadConfig.ts';
import { createStorageQueues } from '../src/lib/store/storageQueues.ts';
import { createTableRows } from '../src/lib/store/tableRows.ts';
import { silentLog } from '../src/lib/telemetry/log.ts';

const count = Number(process.argv[2] ?? 2_000);
const [sites, inFlight] = [10, 16];
const text = `
sitePattern: "^(?<site>plant[0-9]+)-"
receivers: { operators: { email: { to: ["ops@oslo.example"] } } }
routes: [{ to: [operators] }]
`;
const loaded = loadConfig(text, 'bench.yaml', {}, { development: true });
if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
const { config } = loaded;

let transactions = 0;
subscribe('http.client.request.start', () => {
  transactions += 1;
});

const azurite = await startAzurite();
const access = { kind: 'connectionString', connectionString: azurite.connectionString } as const;
const unused = () => Promise.reject(new Error('ingest neither sends nor asks'));

/** An instance that has seen nothing yet. */
function instance(): App {
  return composeApp(config, {
    rows: createTableRows(access, 'Fleet'),
    queues: createStorageQueues(access),
    channels: { send: unused },
    diagnoser: { queriesFor: () => 0, diagnose: unused },
    publicUrl: null,
    now: Date.now,
    pause: unused,
    random: Math.random,
  });
}

function event(index: number, kind: 'DeviceConnected' | 'DeviceDisconnected', sequence: number): object {
  const deviceId = `plant${index % sites}-press-${index}`;
  return {
    id: `${deviceId}-${sequence}`,
    topic: '/SUBSCRIPTIONS/1/RESOURCEGROUPS/RG/PROVIDERS/MICROSOFT.DEVICES/IOTHUBS/HUB',
    subject: `devices/${deviceId}`,
    eventType: `Microsoft.Devices.${kind}`,
    eventTime: new Date().toISOString(),
    data: {
      hubName: 'hub',
      deviceId,
      deviceConnectionStateEventInfo: { sequenceNumber: String(sequence).padStart(64, '0') },
    },
  };
}

async function measure(what: string, app: App, deliveries: readonly object[][]): Promise<void> {
  const [before, beganMs] = [transactions, performance.now()];
  await eachAtMost(inFlight, deliveries, async (delivery) => {
    await receiveEvents(app, delivery, Date.now(), silentLog);
  });
  const seconds = (performance.now() - beganMs) / 1000;
  const perEvent = (transactions - before) / count;
  const rate = Math.round(count / seconds);
  console.log(
    `${what.padEnd(44)} ${String(rate).padStart(6)} events/s  ${perEvent.toFixed(3)} transactions/event`,
  );
}

const all = Array.from({ length: count }, (_, index) => index);
const singles = (kind: 'DeviceConnected' | 'DeviceDisconnected', sequence: number) =>
  all.map((index) => [event(index, kind, sequence)]);
/** Each delivery holds 200 events of one site. */
const batches = (kind: 'DeviceConnected' | 'DeviceDisconnected', sequence: number) => {
  const bySite = Map.groupBy(all, (index) => index % sites);
  return [...bySite.values()].flatMap((indexes) =>
    Array.from({ length: Math.ceil(indexes.length / 200) }, (_, part) =>
      indexes.slice(part * 200, part * 200 + 200).map((index) => event(index, kind, sequence)),
    ),
  );
};

console.log(`${count} devices of ${sites} sites, ${inFlight} deliveries in flight, Azurite in memory`);
const warm = instance();
await receiveEvents(warm, [event(0, 'DeviceConnected', 1)], Date.now(), silentLog);
await warm.queues.wakeSite({ partition: 'hub|site|none' }, 0);

const one = instance();
await measure('single, first event of each device', one, singles('DeviceConnected', 2));
await measure('single, connects of cached devices', one, singles('DeviceConnected', 3));
await measure('single, losses of cached devices', one, singles('DeviceDisconnected', 4));
await measure('single, returns, another instance, not cached', instance(), singles('DeviceConnected', 5));
const two = instance();
await measure('batches of 200, not cached', two, batches('DeviceConnected', 6));
await measure('batches of 200, losses of cached devices', two, batches('DeviceDisconnected', 7));
await measure('batches of 200, returns of cached devices', two, batches('DeviceConnected', 8));
await azurite.stop();
