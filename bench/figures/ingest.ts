import { TableClient } from '@azure/data-tables';
import { QueueClient } from '@azure/storage-queue';
import { startAzurite } from '../../local/azurite.ts';
import { composeApp } from '../../src/lib/app/createApp.ts';
import { eachAtMost } from '../../src/lib/app/eachAtMost.ts';
import { receiveEvents } from '../../src/lib/app/receiveEvents.ts';
import { createStorageQueues } from '../../src/lib/store/storageQueues.ts';
import { createTableRows } from '../../src/lib/store/tableRows.ts';
import { cut } from '../../src/lib/store/transactions.ts';
import { createLog } from '../../src/lib/telemetry/log.ts';
import { configOf } from '../../test/support/configOf.ts';
import { eventGridEvent } from '../../test/support/events.ts';
import { type Figure, figure, type Part } from '../figure.ts';
import { BareClients, type Call, recordQueues, recordRows, rowsOf } from '../recordedCalls.ts';

const config = configOf(`
policy: { flapping: off }
sitePattern: "^(?<site>plant[0-9]+)-"
receivers: { operators: { email: { to: ["ops@oslo.example"] } } }
routes: [{ to: [operators] }]
`);
const unused = () => Promise.reject(new Error('ingest neither sends nor asks'));

/** As the host's own log does, the lines are made; nobody takes them. */
const nowhere = () => {};
const log = createLog({ debug: nowhere, log: nowhere, warn: nowhere, error: nowhere });

type Kind = 'DeviceConnected' | 'DeviceDisconnected';

/** Events of so many devices in random order, in deliveries of so many. `most`: of the bare calls' processor time. */
type Shape = {
  readonly events: number;
  readonly inArray: number;
  readonly sites: number;
  readonly inFlight: number;
  readonly most: number;
  readonly mostCalls: number | null;
};

const shapes: readonly Shape[] = [
  { events: 1_000, inArray: 1, sites: 10, inFlight: 16, most: 1.3, mostCalls: 1.05 },
  { events: 1_000, inArray: 100, sites: 1, inFlight: 4, most: 1.4, mostCalls: null },
  { events: 2_000, inArray: 1_000, sites: 1, inFlight: 2, most: 1.4, mostCalls: null },
  { events: 1_000, inArray: 100, sites: 10, inFlight: 4, most: 1.4, mostCalls: null },
  { events: 2_000, inArray: 1_000, sites: 10, inFlight: 2, most: 1.4, mostCalls: null },
  { events: 1_000, inArray: 100, sites: 100, inFlight: 4, most: 1.15, mostCalls: 1.05 },
  { events: 2_000, inArray: 1_000, sites: 100, inFlight: 2, most: 1.15, mostCalls: null },
];

const rounds = Number(process.env.BENCH_ROUNDS ?? 5);

type Cost = { cpuMs: number; wallMs: number };

async function costOf(work: () => Promise<void>): Promise<Cost> {
  globalThis.gc?.();
  const [before, beganMs] = [process.cpuUsage(), performance.now()];
  await work();
  const { user, system } = process.cpuUsage(before);
  return { cpuMs: (user + system) / 1_000, wallMs: performance.now() - beganMs };
}

/** The order is random and the same in each run. */
function shuffled(count: number): number[] {
  const order = Array.from({ length: count }, (_, index) => index);
  let seed = 12345;
  for (let index = count - 1; index > 0; index--) {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    const other = seed % (index + 1);
    [order[index], order[other]] = [order[other]!, order[index]!];
  }
  return order;
}

type Bench = { readonly connectionString: string };

async function measureShape({ connectionString }: Bench, shape: Shape, name: string): Promise<Figure[]> {
  const { events, inArray, sites, inFlight, most, mostCalls } = shape;
  const access = { kind: 'connectionString', connectionString } as const;
  const calls: Call[] = [];
  /** An instance that has seen nothing yet. */
  const instance = () =>
    composeApp(config, {
      rows: recordRows(createTableRows(access, `Ours${name}`), calls),
      queues: recordQueues(createStorageQueues(access), calls),
      channels: { pacingOf: () => ({ merges: true, limits: [] }), send: unused },
      diagnoser: { isSetUp: false, queriesFor: () => 0, diagnose: unused },
      publicUrl: null,
      now: Date.now,
      // What is sent beside the work is not of it.
      pause: () => new Promise(() => {}),
      random: Math.random,
    });
  const table = TableClient.fromConnectionString(connectionString, `Bare${name}`, {
    allowInsecureConnection: true,
  });
  await table.createTable();
  const queue = new QueueClient(connectionString, `bare-${name}`);
  await queue.create();
  const bare = new BareClients(table, queue);
  let sequence = 0;
  const order = shuffled(events);
  const deliveries = (kind: Kind) => {
    sequence += 1;
    const all = order.map((index) =>
      eventGridEvent({ kind, deviceId: `plant${index % sites}-press-${index}`, atMs: Date.now(), sequence }),
    );
    // As the host hands it over: read from JSON.
    return cut(all, inArray).map((delivery) => JSON.stringify(delivery));
  };
  const ours = async (app: ReturnType<typeof instance>, kind: Kind): Promise<Cost> => {
    calls.length = 0;
    const texts = deliveries(kind);
    return costOf(() =>
      eachAtMost(inFlight, texts, async (text) => {
        await receiveEvents(app, JSON.parse(text), Date.now(), log);
      }),
    );
  };
  const floor = (): Promise<Cost> =>
    costOf(() => eachAtMost(inFlight * Math.min(8, inArray, sites), calls, (call) => bare.make(call)));

  const warm: Measured[] = [];
  const cold: Measured[] = [];
  const round = async (app: ReturnType<typeof instance>, kind: Kind, into: Measured[] | null) => {
    const own = await ours(app, kind);
    const base = await floor();
    into?.push({ own, base, calls: calls.length, rows: rowsOf(calls) });
  };
  const one = instance();
  await round(one, 'DeviceConnected', null);
  for (let left = rounds; left >= 0; left--) {
    await round(one, 'DeviceDisconnected', left === rounds ? null : warm);
    await round(one, 'DeviceConnected', null);
  }
  for (let left = rounds; left > 0; left--) {
    const app = instance();
    // Its clients are open.
    await app.fleet.devices({ hub: 'none', kind: 'site', id: 'none' }, [{ deviceId: 'a', moduleId: null }]);
    await round(app, left % 2 === 0 ? 'DeviceDisconnected' : 'DeviceConnected', cold);
  }
  const what = `${inArray === 1 ? 'single events' : `arrays of ${inArray}`}, ${sites} sites`;
  const figures: Figure[] = [];
  for (const [state, sum] of Object.entries({ warm, cold })) {
    const { own, base, ratio, callsEach, rowsEach, wallMs } = medianOf(sum, events);
    const held = state === 'warm';
    figures.push(figure(`${what}, ${state}: ours`, own, 'ms CPU/1,000'));
    figures.push(figure(`${what}, ${state}: bare calls`, base, 'ms CPU/1,000'));
    figures.push(figure(`${what}, ${state}: ratio`, ratio, '×', held ? most : null));
    figures.push(figure(`${what}, ${state}: calls`, callsEach, 'per event', held ? mostCalls : null));
    figures.push(figure(`${what}, ${state}: rows`, rowsEach, 'per event'));
    figures.push(figure(`${what}, ${state}: wall`, wallMs, 'ms/1,000'));
  }
  await table.deleteTable();
  return figures;
}

type Measured = { own: Cost; base: Cost; calls: number; rows: number };

function medianOf(measured: readonly Measured[], events: number) {
  const per = (value: number) => (value / events) * 1_000;
  const middle = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;
  return {
    own: per(middle(measured.map(({ own }) => own.cpuMs))),
    base: per(middle(measured.map(({ base }) => base.cpuMs))),
    ratio: middle(measured.map(({ own, base }) => own.cpuMs / base.cpuMs)),
    callsEach: middle(measured.map(({ calls }) => calls)) / events,
    rowsEach: middle(measured.map(({ rows }) => rows)) / events,
    wallMs: per(middle(measured.map(({ own }) => own.wallMs))),
  };
}

/** Takes events into the real table and queue stores, beside the bare clients that make the same calls. */
export const ingest: Part = {
  title:
    'Events taken in on Azurite, beside the bare clients that make the same calls; processor time of this process',
  async measure() {
    const azurite = await startAzurite();
    try {
      const figures: Figure[] = [];
      const only = process.env.BENCH_SHAPES?.split(',').map(Number);
      for (const [index, shape] of shapes.entries()) {
        if (only && !only.includes(index)) continue;
        figures.push(...(await measureShape(azurite, shape, `${index}x`)));
      }
      return figures;
    } finally {
      await azurite.stop();
    }
  },
};
