import { beforeEach, describe, expect, it } from 'vitest';
import { receiveEvents } from '../../../src/lib/app/receiveEvents.ts';
import type { Device } from '../../../src/lib/device/device.ts';
import { siteKeyOf } from '../../../src/lib/directory/placeKey.ts';
import { placeOf } from '../../../src/lib/directory/placeOf.ts';
import type { RowWrite } from '../../../src/lib/store/rowStore.ts';
import { configOf } from '../../support/configOf.ts';
import { cloudEvent, eventGridEvent, start } from '../../support/events.ts';
import { connected, disconnected, Instance } from '../../support/instance.ts';

const config = configOf(`
sites:
  - { id: oslo, devices: ["oslo-*"] }
  - { id: bergen, devices: ["bergen-*"] }
receivers:
  operators: { email: { to: ["ops@oslo.example"] } }
routes: [{ to: [operators] }]
`);

let one: Instance;
beforeEach(() => {
  one = new Instance(config);
});

async function stored(deviceId: string, moduleId: string | null = null, hub = 'hub-fleet-01') {
  const found = await one.app.fleet.devices(siteKeyOf(hub, placeOf(config, deviceId)), [
    { deviceId, moduleId },
  ]);
  return [...found.values()][0]?.record ?? null;
}

const many = (count: number, prefix = 'oslo-') =>
  Array.from({ length: count }, (_, index) => `${prefix}${String(index).padStart(3, '0')}`);

it('counts what it applied, what is foreign and what is malformed, and applies the good ones', async () => {
  const delivery = [
    eventGridEvent(connected('oslo-1', start, 1)),
    { id: 'x', eventType: 'Microsoft.Devices.DeviceTelemetry' },
    { id: 'broken' },
    cloudEvent(disconnected('oslo-2', start, 1)),
  ];
  expect(await receiveEvents(one.app, delivery, start, one.log)).toEqual({
    applied: 2,
    foreign: 1,
    malformed: 1,
  });
  expect([(await stored('oslo-1'))?.phase, (await stored('oslo-2'))?.phase]).toEqual(['online', 'suspect']);
});

it.each([[[]], [null], ['text'], [{}]])('takes %j without a fault', async (delivery) => {
  await expect(receiveEvents(one.app, delivery, start, one.log)).resolves.toMatchObject({ applied: 0 });
});

it('takes one event that is not in an array', async () => {
  const received = await receiveEvents(one.app, cloudEvent(connected('oslo-1', start, 1)), start, one.log);
  expect(received.applied).toBe(1);
});

it('applies the events of one device in a delivery in their order', async () => {
  await one.receive(
    connected('oslo-1', start, 1),
    disconnected('oslo-1', start + 1_000, 2),
    connected('oslo-1', start + 2_000, 3),
    disconnected('oslo-2', start + 1_000, 2),
    connected('oslo-2', start, 1),
  );
  expect((await stored('oslo-1'))?.phase).toBe('online');
  expect((await stored('oslo-2'))?.phase).toBe('suspect');
});

it('keeps module and device, hubs, and ids that differ in case apart', async () => {
  await one.receive(
    connected('oslo-1', start, 1),
    { ...disconnected('oslo-1', start, 9), moduleId: 'agent' },
    disconnected('OSLO-1', start, 1),
    { ...disconnected('oslo-1', start, 1), hubName: 'hub-02' },
    { ...connected('oslo-2', start, 1), hubName: 'HUB-FLEET-01' },
  );
  expect((await stored('oslo-1'))?.phase).toBe('online');
  expect((await stored('oslo-1', 'agent'))?.phase).toBe('suspect');
  expect((await stored('OSLO-1'))?.phase).toBe('suspect');
  expect((await stored('oslo-1', null, 'hub-02'))?.phase).toBe('suspect');
  expect((await stored('oslo-2'))?.hubName).toBe('HUB-FLEET-01');
});

describe('storage', () => {
  it('of the first event of a device is one read and one write, and one note at the first of its site', async () => {
    await one.receive(connected('oslo-1', start, 1));
    expect(one.takeCalls()).toEqual(['getMany', 'commit', 'commit']);
    await one.receive(connected('oslo-2', start, 1));
    expect(one.takeCalls()).toEqual(['getMany', 'commit']);
  });

  it('of an event of a cached device is one write', async () => {
    await one.receive(connected('oslo-1', start, 1));
    one.takeCalls();
    await one.receive(connected('oslo-1', start + 60_000, 2));
    expect(one.takeCalls()).toEqual(['commit']);
  });

  it('of a loss is one write, its wake-up and the note of it; of further ones at the site one write', async () => {
    await one.receive(...many(20).map((id) => connected(id, start, 1)));
    one.takeCalls();
    await one.receive(disconnected('oslo-000', start, 2));
    expect(one.takeCalls()).toEqual(['commit', 'commit', 'wake']);
    for (const id of many(20).slice(1)) {
      await one.receive(disconnected(id, start, 2));
      expect(one.takeCalls()).toEqual(['commit']);
    }
  });

  it('of 200 events of one site in a delivery is one query, one write for each 100 devices, one wake-up, and the notes of the site', async () => {
    await one.receive(...many(200).map((id) => disconnected(id, start, 2)));
    expect(one.takeCalls()).toEqual(['page', 'commit', 'commit', 'commit', 'commit', 'wake']);
  });

  it('of a delivery over several sites is one query, one write and one note for each', async () => {
    await one.receive(
      ...many(30).map((id) => connected(id, start, 1)),
      ...many(30, 'bergen-').map((id) => connected(id, start, 1)),
    );
    expect(one.takeCalls().sort()).toEqual(['commit', 'commit', 'commit', 'commit', 'page', 'page']);
  });

  it('of a copy of an event that asks for nothing is nothing', async () => {
    await one.receive(connected('oslo-1', start, 1));
    one.takeCalls();
    await one.receive(connected('oslo-1', start, 1));
    expect(one.takeCalls()).toEqual([]);
  });

  it('of an older event looks at the stored row before it ignores it', async () => {
    await one.receive(connected('oslo-1', start, 5));
    one.takeCalls();
    await one.receive(disconnected('oslo-1', start - 60_000, 4));
    expect(one.takeCalls()).toEqual(['commit']);
    // A cache that answers "nothing to do" is in doubt.
    await one.receive(disconnected('oslo-1', start - 60_000, 4));
    expect(one.takeCalls()).toEqual(['getMany']);
    await one.receive({ kind: 'DeviceDeleted', deviceId: 'oslo-1', atMs: start - 1 });
    expect(one.takeCalls()).toEqual(['commit']);
  });

  it('of a copy of a registry event is a note and a wake-up: the first may have died before it asked', async () => {
    await one.receive(connected('oslo-1', start, 5));
    await one.receive({ kind: 'DeviceDeleted', deviceId: 'oslo-1', atMs: start - 1 });
    one.takeCalls();
    await one.receive({ kind: 'DeviceDeleted', deviceId: 'oslo-1', atMs: start - 1 });
    // What is due at once is noted before and after the write: the look that the first note brings may miss it.
    expect(one.takeCalls()).toEqual(['commit', 'commit', 'get', 'commit', 'wake']);
  });
});

describe('wake-ups', () => {
  it('are for the end of the hold, a little later so that they can be shared', async () => {
    await one.receive(disconnected('oslo-1', start, 1));
    expect(one.wakeUps).toEqual([{ partition: 'hub-fleet-01|site|oslo', delayMs: 302_600 }]);
  });

  it('of late events are for the end of their grace', async () => {
    await one.at('20m').receive(disconnected('oslo-1', start, 1));
    expect(one.wakeUps[0]?.delayMs).toBe(92_600);
  });

  it('are not needed by a blip', async () => {
    await one.receive(disconnected('oslo-1', start, 1));
    await one.at('1m').receive(connected('oslo-1', start + 60_000, 2));
    expect(one.wakeUps).toHaveLength(1);
  });

  it('of a recovery are for the end of recoveredAfter', async () => {
    await one.receive(disconnected('oslo-1', start, 1));
    await one.at('10m').receive(connected('oslo-1', start + 600_000, 2));
    expect(one.wakeUps[1]?.delayMs).toBe(120_440);
  });

  it('are at once for a deletion, and for a loss during the recovery', async () => {
    await one.receive(disconnected('oslo-1', start, 1), disconnected('oslo-2', start, 1));
    await one.at('10m').receive(connected('oslo-1', start + 600_000, 2));
    await one.at('11m').receive(disconnected('oslo-1', start + 660_000, 3));
    expect(one.wakeUps.at(-1)?.delayMs).toBe(0);
    one.wakeUps.splice(0);
    await one.at('12m').receive({ kind: 'DeviceDeleted', deviceId: 'oslo-2', atMs: start + 720_000 });
    expect(one.wakeUps).toEqual([{ partition: 'hub-fleet-01|site|oslo', delayMs: 0 }]);
  });

  it('are at once for a device that is made anew while it is down', async () => {
    await one.receive(disconnected('oslo-1', start, 1));
    one.wakeUps.splice(0);
    await one.at('10m').receive({ kind: 'DeviceCreated', deviceId: 'oslo-1', atMs: start + 600_000 });
    expect(one.wakeUps).toEqual([{ partition: 'hub-fleet-01|site|oslo', delayMs: 0 }]);
  });

  it.each([
    ['last', ['oslo-2', 'oslo-gateway']],
    ['first', ['oslo-gateway', 'oslo-2']],
  ])('of a delivery are for the shortest hold in it, be it that of the %s event', async (_, lost) => {
    const short = new Instance(
      configOf(`
sites: [{ id: oslo, devices: ["oslo-*"] }]
overrides: [{ devices: ["*-gateway"], policy: { offlineAfter: 1m } }]
receivers:
  operators: { email: { to: ["ops@oslo.example"] } }
routes: [{ to: [operators] }]
`),
    );
    await short.receive(...lost.map((id) => disconnected(id, start, 1)));
    expect(short.wakeUps.map(({ delayMs }) => delayMs)).toEqual([60_000]);
  });

  it('are at once for a device that begins to flap', async () => {
    for (let sequence = 1; sequence <= 7; sequence++) {
      const atMs = start + sequence * 60_000;
      const event =
        sequence % 2 === 1 ? connected('oslo-1', atMs, sequence) : disconnected('oslo-1', atMs, sequence);
      await one.at(`${sequence}m`).receive(event);
    }
    expect(one.wakeUps.at(-1)?.delayMs).toBe(0);
    expect((await stored('oslo-1'))?.flapping).toBe(true);
  });

  it('are at once for a device of which late events show that it flaps', async () => {
    const changes = Array.from({ length: 7 }, (_, index) => {
      const [sequence, atMs] = [index + 1, start + (index + 1) * 60_000];
      return index % 2 === 0 ? connected('oslo-1', atMs, sequence) : disconnected('oslo-1', atMs, sequence);
    });
    await one.at('7m10s').receive(changes[6]!, ...changes.slice(0, 5));
    expect(one.wakeUps).toEqual([{ partition: 'hub-fleet-01|site|oslo', delayMs: 0 }]);
  });

  it('are asked for again by a copy of the event, whose first one may have died', async () => {
    const event = disconnected('oslo-1', start, 1);
    await one.receive(event);
    const other = new Instance(config, one.rows);
    await other.receive(event);
    expect(other.wakeUps).toHaveLength(1);
  });

  it('of a device that dies between the write and the wake-up come with the redelivery', async () => {
    const event = disconnected('oslo-1', start, 1);
    let writes = 0;
    one.beforeCommit = () => {
      writes += 1;
      if (writes === 2) throw new Error('the process died');
    };
    await expect(one.receive(event)).rejects.toThrow('died');
    expect(one.wakeUps).toEqual([]);
    one.beforeCommit = () => {};
    await one.at('10s').receive(event);
    expect(one.wakeUps).toEqual([{ partition: 'hub-fleet-01|site|oslo', delayMs: 292_600 }]);
  });
});

describe('races and faults', () => {
  it('decides anew over what another writer stored in between', async () => {
    const other = new Instance(config, one.rows);
    one.beforeCommit = async () => {
      one.beforeCommit = () => {};
      await other.receive(connected('oslo-1', start + 2_000, 3));
    };
    await one.receive(disconnected('oslo-1', start + 1_000, 2));
    expect(await stored('oslo-1')).toMatchObject({ phase: 'online', mark: expect.stringMatching(/3$/) });
    expect((await stored('oslo-1'))?.history).toHaveLength(2);
  });

  it('loses no event of a device when another writer was faster', async () => {
    const other = new Instance(config, one.rows);
    one.beforeCommit = async () => {
      one.beforeCommit = () => {};
      await other.receive(connected('oslo-1', start, 1));
    };
    await one.receive(disconnected('oslo-1', start + 1_000, 2), connected('oslo-1', start + 2_000, 3));
    expect((await stored('oslo-1'))?.history).toHaveLength(3);
  });

  it('does not trust a cache that another instance has overtaken', async () => {
    const other = new Instance(config, one.rows);
    await one.receive(connected('oslo-1', start, 5));
    await other.receive({ kind: 'DeviceDeleted', deviceId: 'oslo-1', atMs: start + 1_000 });
    await other.receive(connected('oslo-1', start + 2_000, 1));
    // By its cache this is an old event; by the stored row it is the newest.
    await one.receive(disconnected('oslo-1', start + 3_000, 2));
    expect((await stored('oslo-1'))?.phase).toBe('suspect');
  });

  it('does not trust a cached tombstone that another instance has lifted', async () => {
    const other = new Instance(config, one.rows);
    await one.receive({ kind: 'DeviceDeleted', deviceId: 'oslo-1', atMs: start });
    await one.receive(disconnected('oslo-1', start + 1_000, 9));
    await other.receive({ kind: 'DeviceCreated', deviceId: 'oslo-1', atMs: start + 2_000 });
    // By its cache this is one more disconnect of a deleted device; the new life counts from one again.
    await one.receive(disconnected('oslo-1', start + 3_000, 1));
    expect((await stored('oslo-1'))?.phase).toBe('suspect');
  });

  it('gives up after many lost races, and Event Grid sends the delivery again', async () => {
    let version = 0;
    const spoil = async (writes: readonly RowWrite[]) => {
      const [write] = writes;
      if (!write?.key.startsWith('d|') || write.kind === 'put') return;
      const device = { deviceId: 'oslo-1', moduleId: null, history: [], deleted: false, version: version++ };
      const data = JSON.stringify({ ...device, mark: null, phase: 'online' } as unknown as Device);
      await one.rows.commit('hub-fleet-01|site|oslo', [{ kind: 'put', key: 'd|oslo-1', data }]);
    };
    one.beforeCommit = spoil;
    await expect(one.receive(disconnected('oslo-1', start, 1))).rejects.toThrow('could not be stored');
    expect(version).toBe(12);
  });

  it('of one site’s storage leave the other sites’ events applied, and are thrown at the end', async () => {
    one.beforeCommit = (writes) => {
      if (writes.some((write) => write.key.startsWith('d|oslo'))) throw new Error('storage answered 503');
    };
    const both = [connected('oslo-1', start, 1), connected('bergen-1', start, 1)];
    await expect(one.receive(...both)).rejects.toThrow(
      'events of 1 sites could not be stored: Error: storage',
    );
    expect(await stored('oslo-1')).toBeNull();
    expect((await stored('bergen-1'))?.phase).toBe('online');
  });

  it('takes late copies of events of devices that are partly cached', async () => {
    const devices = ['oslo-1', 'oslo-2', 'oslo-3'];
    const late = (deviceId: string) => disconnected(deviceId, start + 2_000, 2);
    const blips = devices.flatMap((id) => [late(id), connected(id, start + 3_000, 3)]);
    await one.at('10s').receive(...blips);
    const other = new Instance(config, one.rows);
    await other.at('30s').receive(late('oslo-1'), late('oslo-2'));
    await other.at('40s').receive(...devices.map(late));
    expect((await stored('oslo-3'))?.phase).toBe('online');
  });
});
