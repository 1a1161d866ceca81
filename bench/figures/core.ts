import { composeApp } from '../../src/lib/app/createApp.ts';
import { receiveEvents } from '../../src/lib/app/receiveEvents.ts';
import { dueAfter } from '../../src/lib/device/dueAfter.ts';
import { recordEvents } from '../../src/lib/device/recentEvents.ts';
import { holdEndsAt } from '../../src/lib/device/settle.ts';
import { transition } from '../../src/lib/device/transition.ts';
import { placeOf } from '../../src/lib/directory/placeOf.ts';
import type { DeviceEvent } from '../../src/lib/events/event.ts';
import { parseEvents } from '../../src/lib/events/parseEvents.ts';
import { devicePolicy } from '../../src/lib/policy/policyFor.ts';
import { writeDevice } from '../../src/lib/store/deviceRecord.ts';
import type { RowStore } from '../../src/lib/store/rowStore.ts';
import { createLog } from '../../src/lib/telemetry/log.ts';
import { configOf } from '../../test/support/configOf.ts';
import { eventGridEvent, start } from '../../test/support/events.ts';
import { type Figure, fastestMs, figure, type Part } from '../figure.ts';

const config = configOf(`
policy: { flapping: off }
sitePattern: "^(?<site>plant[0-9]+)-"
receivers: { operators: { email: { to: ["ops@oslo.example"] } } }
routes: [{ to: [operators] }]
`);
const count = 1_000;
const rounds = 60;

const nowhere = () => {};
const log = createLog({ debug: nowhere, log: nowhere, warn: nowhere, error: nowhere });

function delivery(sites: number, sequence: number): string {
  const kind = sequence % 2 === 0 ? 'DeviceDisconnected' : 'DeviceConnected';
  const all = Array.from({ length: count }, (_, index) =>
    eventGridEvent({
      kind,
      deviceId: `plant${index % sites}-press-${index}`,
      atMs: start + sequence,
      sequence,
    }),
  );
  return JSON.stringify(all);
}

/** Rows that are written at once, and read by nobody. */
function instantRows(): RowStore {
  let tags = 0;
  const none = async () => [];
  return {
    get: async () => null,
    getMany: none,
    range: none,
    page: async () => ({ rows: [], next: null }),
    commit: async (_partition, writes) => {
      tags += 1;
      return { kind: 'saved', etags: new Map(writes.map(({ key }) => [key, `tag-${tags}`])) };
    },
  };
}

function instance() {
  const unused = () => Promise.reject(new Error('nothing is sent or asked here'));
  return composeApp(config, {
    rows: instantRows(),
    queues: { wakeSite: async () => {}, deliver: unused },
    channels: { pacingOf: () => ({ merges: true, limits: [] }), send: unused },
    diagnoser: { isSetUp: false, queriesFor: () => 0, diagnose: unused },
    publicUrl: null,
    now: Date.now,
    pause: () => new Promise(() => {}),
    random: Math.random,
  });
}

/** The least processor time of this thread that one of the rounds took, in milliseconds. */
async function fastestTaking(sites: number, inArray: number): Promise<number> {
  const app = instance();
  let fastest = Number.POSITIVE_INFINITY;
  for (let sequence = 1; sequence <= rounds; sequence++) {
    const events = JSON.parse(delivery(sites, sequence)) as unknown[];
    const texts = Array.from({ length: count / inArray }, (_, part) =>
      JSON.stringify(events.slice(part * inArray, (part + 1) * inArray)),
    );
    const before = process.threadCpuUsage();
    for (const text of texts) await receiveEvents(app, JSON.parse(text), Date.now(), log);
    const { user, system } = process.threadCpuUsage(before);
    if (sequence > 4) fastest = Math.min(fastest, (user + system) / 1_000);
  }
  return fastest;
}

/** The clock of a thread may tick in milliseconds: each round does the work so often. */
const often = 20;

function fastestOf(run: () => void): number {
  const many = () => {
    for (let left = often; left > 0; left--) run();
  };
  return fastestMs(many, 8) / often;
}

/** What of an event is ours: all but the calls. */
export const core: Part = {
  title: `The work of ${count} events without storage, fastest of many, processor time`,
  async measure() {
    const figures: Figure[] = [];
    const add = (what: string, ms: number, most: number | null = null) =>
      figures.push(figure(what, ms, 'ms', most));
    const text = delivery(10, 1);
    add(
      'read from JSON',
      fastestOf(() => JSON.parse(text)),
    );
    const raw = JSON.parse(text);
    add(
      'parsed',
      fastestOf(() => parseEvents(raw)),
    );
    const events = parseEvents(raw).flatMap((one) => (one.kind === 'event' ? [one.event] : []));
    add(
      'placed',
      fastestOf(() => {
        for (const { deviceId } of events) placeOf(config, deviceId);
      }),
    );
    const step = (event: DeviceEvent) => {
      const policy = devicePolicy(config, placeOf(config, event.deviceId), event.deviceId);
      const next = transition(null, event, policy, start);
      dueAfter(null, event, next, holdEndsAt(next.device, policy), start);
      return { event, reason: next.reason, changed: next.changed, device: next.device };
    };
    add(
      'applied',
      fastestOf(() => {
        for (const event of events) step(event);
      }),
    );
    const steps = events.map(step);
    add(
      'recorded',
      fastestOf(() => {
        for (const one of steps) recordEvents(null, null, [one], start);
      }),
    );
    const recent = steps.map((one) => recordEvents(null, null, [one], start).recent);
    add(
      'written as JSON',
      fastestOf(() => {
        for (const [index, { device }] of steps.entries()) writeDevice(device, recent[index]);
      }),
    );
    add('all, an array of 1000 of one site', await fastestTaking(1, 1_000), 25);
    add('all, arrays of 100 of one site', await fastestTaking(1, 100), 25);
    add('all, arrays of 100 of 100 sites', await fastestTaking(100, 100));
    add('all, one by one', await fastestTaking(10, 1));
    return figures;
  },
};
