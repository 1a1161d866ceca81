import { describe, expect, it } from 'vitest';
import { moveDevice } from '../../../src/lib/app/moveDevice.ts';
import { type Device, deviceKey } from '../../../src/lib/device/device.ts';
import { siteKeyOf } from '../../../src/lib/directory/placeKey.ts';
import { siteById } from '../../../src/lib/directory/placeOf.ts';
import { configOf, osloConfig } from '../../support/configOf.ts';
import { start } from '../../support/events.ts';
import { connected, disconnected, Instance } from '../../support/instance.ts';
import { createMemoryRows } from '../../support/memoryRows.ts';

const old = configOf(osloConfig);
const moved = configOf(osloConfig.replace('sites:', 'sites:\n  - { id: bergen, devices: ["oslo-0"] }'), 1);
const oslo = siteKeyOf('hub-fleet-01', siteById(old, 'oslo'));
const bergen = siteKeyOf('hub-fleet-01', siteById(moved, 'bergen'));
const id = { deviceId: 'oslo-0', moduleId: null };

type Step = () => Promise<unknown>;

/** Rows of which each call waits for its turn: `turns` says whose call is next; when one is done, the other goes on. */
class Turns {
  readonly #waiting = new Map<number, () => void>();
  readonly #done = new Set<number>();

  wait(who: number): Promise<void> {
    return new Promise((resolve) => this.#waiting.set(who, resolve));
  }

  async run(works: readonly Step[], order: readonly number[]): Promise<void> {
    const all = works.map(async (work, who) => {
      await this.wait(who);
      await work().finally(() => this.#done.add(who));
    });
    const settled = () => new Promise((resolve) => setImmediate(resolve));
    for (let turn = 0; this.#done.size < works.length; turn++) {
      await settled();
      const wanted = order[turn] ?? turn % works.length;
      const who = this.#waiting.has(wanted) ? wanted : [...this.#waiting.keys()][0];
      if (who === undefined) continue;
      const go = this.#waiting.get(who)!;
      this.#waiting.delete(who);
      go();
    }
    await Promise.all(all);
  }
}

/** All sequences of zeros and ones of that length. */
const orders = (length: number): number[][] =>
  Array.from({ length: 2 ** length }, (_, bits) => Array.from({ length }, (__, bit) => (bits >> bit) & 1));

async function stage() {
  const rows = createMemoryRows();
  const turns = new Turns();
  let staged = false;
  const instance = (config: typeof old, who: number) =>
    new Instance(config, {
      ...rows,
      get: async (...args) => {
        if (staged) await turns.wait(who);
        return rows.get(...args);
      },
      getMany: async (...args) => {
        if (staged) await turns.wait(who);
        return rows.getMany(...args);
      },
      commit: async (...args) => {
        if (staged) await turns.wait(who);
        return rows.commit(...args);
      },
    });
  const [one, two] = [instance(old, 0), instance(moved, 1)];
  const begin = () => {
    staged = true;
  };
  const end = () => {
    staged = false;
  };
  const records = async (): Promise<Device[]> => {
    const found = await Promise.all([oslo, bergen].map((key) => one.app.fleet.devices(key, [id])));
    return found.flatMap((devices) => [...devices.values()].map(({ record }) => record));
  };
  const move = async (instance: Instance, from = oslo, to = bergen) => {
    const stored = (await instance.app.fleet.devices(from, [id])).get(deviceKey(id));
    if (stored) await moveDevice(instance.app, from, to, stored.record, stored.etag);
  };
  return { one, two, turns, begin, end, records, move };
}

const markEnds = (devices: readonly Device[], end: string) => devices.some(({ mark }) => mark?.endsWith(end));

describe.each([
  {
    what: 'an instance of the old rules takes an event at the old site',
    works: (s: Awaited<ReturnType<typeof stage>>): Step[] => [
      () => s.one.receive(connected('oslo-0', start + 2_000, 3)),
      () => s.move(s.two),
    ],
    mark: '3',
  },
  {
    what: 'an event has come to the new site',
    works: (s: Awaited<ReturnType<typeof stage>>): Step[] => [
      () => s.move(s.one),
      () => s.two.receive(connected('oslo-0', start + 2_000, 3)),
    ],
    mark: '3',
  },
  {
    what: 'another instance moves it too',
    works: (s: Awaited<ReturnType<typeof stage>>): Step[] => [() => s.move(s.one), () => s.move(s.two)],
    mark: '2',
  },
  {
    what: 'another instance moves it back',
    works: (s: Awaited<ReturnType<typeof stage>>): Step[] => [
      () => s.move(s.one, bergen, oslo),
      () => s.move(s.two, oslo, bergen),
    ],
    mark: '2',
  },
])('a device that is moved while $what', ({ works, mark }) => {
  it('is at one site at every moment, and its newest state is never lost, in every order', async () => {
    for (const order of orders(9)) {
      const s = await stage();
      await s.one.receive(connected('oslo-0', start, 1), disconnected('oslo-0', start + 1_000, 2));
      s.begin();
      await s.turns.run(works(s), order);
      s.end();
      const left = await s.records();
      expect({ order, found: markEnds(left, mark) }).toEqual({ order, found: true });
      // Whatever was left behind goes with the next look.
      await s.move(s.two);
      const after = await s.records();
      expect({ order, count: after.length, found: markEnds(after, mark) }).toEqual({
        order,
        count: 1,
        found: true,
      });
    }
  });
});

it('answers that it stayed when the old site heard of it meanwhile', async () => {
  const one = new Instance(old);
  await one.receive(disconnected('oslo-0', start, 1));
  const stored = (await one.app.fleet.devices(oslo, [id])).get('oslo-0')!;
  await one.receive(connected('oslo-0', start + 1_000, 2));
  expect(await moveDevice(one.app, oslo, bergen, stored.record, stored.etag)).toBe(false);
  expect((await one.app.fleet.devices(oslo, [id])).get('oslo-0')?.record.phase).toBe('online');
});

it('is written anew at the new site that knows it already, so that nobody who has read it there removes it', async () => {
  const one = new Instance(old);
  await one.receive(disconnected('oslo-0', start, 1));
  const stored = (await one.app.fleet.devices(oslo, [id])).get('oslo-0')!;
  const tags = await one.app.fleet.saveDevices(bergen, [{ device: stored.record, etag: null }]);
  expect(await moveDevice(one.app, oslo, bergen, stored.record, stored.etag)).toBe(true);
  expect(await one.app.fleet.removeDevice(bergen, id, tags?.get('oslo-0') ?? '')).toBe('superseded');
});
