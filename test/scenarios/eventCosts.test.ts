import { beforeEach, describe, expect, it } from 'vitest';
import { receiveEvents } from '../../src/lib/app/receiveEvents.ts';
import { silentLog } from '../../src/lib/telemetry/log.ts';
import { configOf } from '../support/configOf.ts';
import { countRows, type RowCount } from '../support/countedRows.ts';
import { eventGridEvent, start } from '../support/events.ts';
import { createMemoryRows } from '../support/memoryRows.ts';
import { Worker } from '../support/worker.ts';

const config = configOf(`
sitePattern: "^(?<site>plant[0-9]+)-"
receivers: { operators: { email: { to: ["ops@oslo.example"] } } }
routes: [{ to: [operators] }]
`);

let worker: Worker;
let count: RowCount;
let sequence: number;

beforeEach(() => {
  const rows = createMemoryRows();
  worker = new Worker(config, rows);
  count = countRows(rows);
  sequence = 0;
});

/** Half past a minute: the sweep has calls of its own at each full one. */
const minute = (n: number) => start + (n + 0.5) * 60_000;

/** What one run of the sweep costs, where a stretch is longer than a minute. */
const sweepCalls = 20;

/** So many devices of so many sites, in an order that mixes the sites. */
const devices = (sites: number, ofEach: number): string[] =>
  Array.from({ length: sites * ofEach }, (_, index) => `plant${(index * 7) % sites}-press-${index}`);

type Kind = 'DeviceConnected' | 'DeviceDisconnected';

/** Events of these devices, in deliveries of so many, a moment apart from each other. */
async function takes(
  kind: Kind,
  atMs: number,
  ids: readonly string[],
  inArray: number,
  apartMs = 0,
): Promise<void> {
  sequence += 1;
  for (let first = 0; first < ids.length; first += inArray) {
    const atMoment = atMs + (first / inArray) * apartMs;
    const events = ids
      .slice(first, first + inArray)
      .map((deviceId) => eventGridEvent({ kind, deviceId, atMs: atMoment, sequence }));
    await worker.takes(atMoment, events);
  }
}

/** What some work costs: calls to tables and queues, rows, and messages that wake a site. */
async function costOf(work: () => Promise<unknown>) {
  const before = { ...count, messages: worker.messages, wakeUps: worker.wakeUps };
  await work();
  const messages = worker.messages - before.messages;
  return {
    calls: count.calls - before.calls + messages,
    read: count.read - before.read,
    written: count.written - before.written,
    wakeUps: worker.wakeUps - before.wakeUps,
  };
}

/** Devices that are connected and known to the instance for a while. */
async function connected(ids: readonly string[]): Promise<void> {
  await takes('DeviceConnected', minute(0), ids, 1_000);
  await worker.until(minute(9.9));
}

describe('an event', () => {
  it.each([
    { of: 'a cached device', restarts: false, cost: { calls: 1, read: 0, written: 1, wakeUps: 0 } },
    // The site is noted among the known ones once by each instance.
    { of: 'another device', restarts: true, cost: { calls: 3, read: 1, written: 2, wakeUps: 0 } },
  ])('of $of costs its write and what was not known', async ({ restarts, cost }) => {
    const [one] = devices(1, 1);
    await connected([one!]);
    if (restarts) worker.restart();
    expect(await costOf(() => takes('DeviceConnected', minute(10), [one!], 1))).toEqual(cost);
  });

  it('that is a loss costs a note and a wake-up more', async () => {
    const ids = devices(1, 1);
    await connected(ids);
    const cost = await costOf(() => takes('DeviceDisconnected', minute(10), ids, 1));
    expect(cost).toEqual({ calls: 3, read: 0, written: 2, wakeUps: 1 });
  });

  it('that comes again at the same moment costs nothing', async () => {
    const ids = devices(1, 1);
    await connected(ids);
    sequence -= 1;
    expect(await costOf(() => takes('DeviceConnected', minute(0), ids, 1))).toMatchObject({ calls: 0 });
  });
});

describe('an array', () => {
  it.each([
    { sites: 1, ofEach: 100, calls: 1 },
    { sites: 1, ofEach: 1_000, calls: 10 },
    { sites: 10, ofEach: 100, calls: 10 },
    { sites: 100, ofEach: 1, calls: 100 },
  ])('of $ofEach events of each of $sites sites costs $calls calls', async ({ sites, ofEach, calls }) => {
    const ids = devices(sites, ofEach);
    await connected(ids);
    const cost = await costOf(() => takes('DeviceConnected', minute(10), ids, 1_000));
    expect(cost).toEqual({ calls, read: 0, written: ids.length, wakeUps: 0 });
  });
});

describe('an outage', () => {
  it('of 50 sites in deliveries that mix them costs 1.05 calls for each event, and a wake-up for each site', async () => {
    const ids = devices(50, 60);
    await connected(ids);
    const { calls, read, wakeUps } = await costOf(() =>
      takes('DeviceDisconnected', minute(10), ids, 50, 200),
    );
    expect(calls / ids.length).toBeLessThanOrEqual(1.05);
    expect([read, wakeUps]).toEqual([0, 50]);
  });

  it('that takes a minute, an event at a time, costs one wake-up before anybody looks', async () => {
    const ids = devices(1, 200);
    await connected(ids);
    const { calls, wakeUps } = await costOf(() => takes('DeviceDisconnected', minute(10), ids, 1, 300));
    expect(wakeUps).toBe(1);
    expect(calls).toBeLessThanOrEqual(ids.length + 5 + sweepCalls);
    // Who fell later is seen all the same.
    await worker.until(minute(24.9));
    expect(worker.heard.map(({ message }) => message.reason)).toEqual(['outageBegan', 'outageGrew']);
    expect(worker.heard.at(-1)!.message.counts.offline).toBe(200);
  });

  it.each([1, 200])(
    'of %i devices at once is told for five wake-ups: by the events, for the hold, the wait, and the notice',
    async (size) => {
      const ids = devices(1, size);
      await connected(ids);
      const { wakeUps } = await costOf(async () => {
        await takes('DeviceDisconnected', minute(10), ids, 1_000);
        await worker.until(minute(15.65));
      });
      expect(worker.heard).toHaveLength(1);
      expect(wakeUps).toBeLessThanOrEqual(5);
    },
  );

  it('that returns costs one more for the hold of the returned', async () => {
    const ids = devices(1, 200);
    await connected(ids);
    await takes('DeviceDisconnected', minute(10), ids, 100);
    await worker.until(minute(19.9));
    const { calls, wakeUps } = await costOf(() => takes('DeviceConnected', minute(20), ids, 1));
    expect(wakeUps).toBe(1);
    expect(calls).toBeLessThanOrEqual(ids.length + 5);
  });

  it('that begins anew during the recovery, which is due at once, shares notes and wake-ups', async () => {
    const ids = devices(1, 64);
    await connected(ids);
    await takes('DeviceDisconnected', minute(10), ids, 100);
    await worker.until(minute(19.9));
    await takes('DeviceConnected', minute(20), ids, 100);
    sequence += 1;
    const events = ids.map((deviceId) =>
      eventGridEvent({ kind: 'DeviceDisconnected', deviceId, atMs: minute(21), sequence }),
    );
    await worker.until(minute(21));
    const { calls, wakeUps } = await costOf(() =>
      Promise.all(events.map((event) => receiveEvents(worker.app, [event], minute(21), silentLog))),
    );
    expect(wakeUps).toBeLessThanOrEqual(2);
    expect(calls / ids.length).toBeLessThanOrEqual(1.4);
  });
});
