import { describe, expect, it } from 'vitest';
import { watchHubs } from '../../../src/lib/app/watchHubs.ts';
import type { HubMetrics } from '../../../src/lib/hubWatch/hubMetrics.ts';
import { silentLog } from '../../../src/lib/telemetry/log.ts';
import { World } from '../../simulation/world.ts';
import { configOf } from '../../support/configOf.ts';
import { hubResourceId, start } from '../../support/events.ts';
import { Instance } from '../../support/instance.ts';

const minuteMs = 60_000;
const idOf = (name: string) => hubResourceId.replace('HUB-FLEET-01', name);
const watching = (...names: readonly string[]) =>
  configOf(`
hubs: [${names.map((name) => `{ resourceId: "${idOf(name)}" }`).join()}]
policy: { offlineAfter: 1m, recoveredAfter: 1m }
receivers: { on-call: { webhook: { url: "http://127.0.0.1/on-call" } } }
routes: [{ to: [on-call] }]
`);

/** 1000 connected devices, but 600 in these minutes. */
const dip = (fromMinute: number, toMinute: number): HubMetrics => ({
  connectedDevices: async (_id, fromMs, toMs) => {
    const points = [];
    for (let atMs = fromMs; atMs < toMs; atMs += minuteMs) {
      const minute = (atMs - start) / minuteMs;
      points.push({ atMs, average: minute >= fromMinute && minute < toMinute ? 600 : 1000 });
    }
    return { kind: 'points', points };
  },
});

it('does nothing without a hub to watch', async () => {
  const instance = new Instance(watching());
  await watchHubs(instance.app, start, silentLog);
  expect(instance.calls).toEqual([]);
});

it('logs a metric that cannot be had, and goes on', async () => {
  const instance = new Instance(watching('hub-a'));
  const warned: unknown[] = [];
  await watchHubs(instance.app, start, { ...silentLog, warn: (...line) => warned.push(line) });
  expect(warned).toEqual([['hub metric not available', { hub: 'hub-a', because: 'metrics are not set up' }]]);
});

it('looks at the other hubs when the rows of one cannot be had', async () => {
  const instance = new Instance(watching('hub-a', 'hub-b'));
  const { hubWatches } = instance.app;
  const app = {
    ...instance.app,
    hubWatches: {
      ...hubWatches,
      read: async (hub: string) => {
        if (hub === 'hub-a') throw new Error('storage answered 503');
        return hubWatches.read(hub);
      },
    },
  };
  await expect(watchHubs(app, start, silentLog)).rejects.toThrow('1 hubs could not be watched');
  expect(instance.rows.keys()).toEqual(['h|']);
});

it('tells loss and end at whatever call an instance dies', async () => {
  const play = async (crashesAt: readonly number[]) => {
    const world = new World({
      config: watching('hub-a'),
      startMs: start,
      instances: 1,
      crashesAt,
      hubMetrics: dip(12, 40),
    });
    await world.run(start + 80 * minuteMs);
    const ids = new Map(world.heard.map(({ message }) => [message.noticeId, message.type]));
    return { told: [...ids.values()], crashes: world.crashes, calls: world.scheduler.calls };
  };
  const { calls } = await play([]);
  for (let call = 1; call <= calls; call += 5) {
    const { told, crashes } = await play([call]);
    expect(crashes).toBe(1);
    expect({ call, told }).toEqual({ call, told: ['incident.opened', 'incident.resolved'] });
  }
}, 90_000);

describe('a loss that stands', () => {
  const look = async (instance: Instance, minute: number) => {
    instance.nowMs = start + minute * minuteMs;
    const app = { ...instance.app, hubMetrics: dip(2, 60) };
    await watchHubs(app, instance.nowMs, silentLog);
  };

  it('is told to its site again at every look, for one that was left asleep', async () => {
    const instance = new Instance(watching('hub-a'));
    for (const minute of [12, 17]) await look(instance, minute);
    const other = new Instance(instance.app.rules, instance.rows);
    await look(other, 22);
    expect(other.wakeUps).toMatchObject([{ partition: 'hub-a|hub|hub-a' }]);
  });

  it('is told by the look that was faster', async () => {
    const instance = new Instance(watching('hub-a'));
    await look(instance, 12);
    const other = new Instance(instance.app.rules, instance.rows);
    instance.beforeCommit = async () => {
      instance.beforeCommit = () => {};
      await look(other, 17);
    };
    await look(instance, 18);
    expect([instance.wakeUps.length, other.wakeUps.length]).toEqual([0, 1]);
  });
});
