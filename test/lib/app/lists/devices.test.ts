import { beforeEach, describe, expect, it } from 'vitest';
import { type DeviceFilter, listDevices } from '../../../../src/lib/app/lists/devices.ts';
import { configOf, osloConfig } from '../../../support/configOf.ts';
import { type RawEvent, start } from '../../../support/events.ts';
import { connected, disconnected, Instance } from '../../../support/instance.ts';

const hub = 'hub-fleet-01';
const oslo = { kind: 'site', id: 'oslo' } as const;
const any: DeviceFilter = { hub: null, site: null, q: null, phase: null, visible: null };
let one: Instance;

/** Every part of a list, `limit` items at a time. */
async function all(filter: Partial<DeviceFilter>, limit = 100): Promise<string[]> {
  const names: string[] = [];
  let at: string | null = null;
  do {
    const part: Awaited<ReturnType<typeof listDevices>> = await listDevices(
      one.app,
      { ...any, ...filter },
      { limit, at },
      one.nowMs,
    );
    expect(part.items.length).toBeLessThanOrEqual(limit);
    names.push(
      ...part.items.map(({ deviceId, moduleId }) => (moduleId ? `${deviceId}/${moduleId}` : deviceId)),
    );
    at = part.next;
  } while (at !== null);
  return names;
}

const module = (deviceId: string, moduleId: string) => ({ ...connected(deviceId, start, 1), moduleId });
const ids = (count: number) => Array.from({ length: count }, (_, n) => `oslo-${String(n).padStart(5, '0')}`);

beforeEach(() => {
  one = new Instance(configOf(osloConfig));
});

/** As events and the look that follows would leave it. */
async function connects(...events: readonly RawEvent[]): Promise<void> {
  await one.receive(...events);
  await one.evaluate({ partition: `${hub}|site|oslo`, rules: one.app.rules.version });
}

describe('devices of a site', () => {
  it('come by id, each before its modules, and in parts of any size each once', async () => {
    await connects(
      ...['oslo-1', 'oslo-10', 'oslo-B', 'oslo-a', 'oslo-(1)'].map((id) => connected(id, start, 1)),
      module('oslo-1', 'hub'),
      module('oslo-1', 'edge'),
    );
    const wanted = ['oslo-(1)', 'oslo-1', 'oslo-1/edge', 'oslo-1/hub', 'oslo-10', 'oslo-B', 'oslo-a'];
    for (const limit of [1, 2, 3, 100]) expect(await all({ site: oslo, hub }, limit)).toEqual(wanted);
  });

  it.each([
    { q: '1', found: ['oslo-1', 'oslo-10'] },
    { q: 'OSLO-A', found: ['oslo-A'] },
    { q: '.*', found: [] },
    { q: '%', found: ['oslo-%'] },
  ])('are searched for $q by a part of the id, in which nothing is special', async ({ q, found }) => {
    await connects(...['oslo-1', 'oslo-10', 'oslo-A', 'oslo-%'].map((id) => connected(id, start, 1)));
    expect(await all({ site: oslo, hub, q })).toEqual(found);
  });

  it('of a large site come in the order of their ids too, for no more rows than are shown', async () => {
    await connects(...ids(1_200).map((id) => connected(id, start, 1)), module('oslo-00001', 'edge'));
    const wanted = [...ids(1_200)];
    wanted.splice(2, 0, 'oslo-00001/edge');
    expect(await all({ site: oslo, hub }, 250)).toEqual(wanted);
    one.rowsRead = 0;
    await listDevices(one.app, { ...any, site: oslo, hub }, { limit: 50, at: null }, one.nowMs);
    expect(one.rowsRead).toBeLessThan(60);
    expect(await all({ site: oslo, hub, q: '0119' }, 3)).toEqual(wanted.filter((id) => id.includes('0119')));
  });
});

describe('devices in trouble', () => {
  beforeEach(async () => {
    await connects(...['oslo-1', 'oslo-2', 'oslo-3'].map((id) => connected(id, start, 1)));
    await one.at('1m').receive(disconnected('oslo-3', start + 60_000, 2));
    await one.at('2m').receive(disconnected('oslo-1', start + 120_000, 2));
    await one.at('10m').evaluate();
  });

  it('are listed without a site, and name their incident and since when', async () => {
    const { items } = await listDevices(
      one.app,
      { ...any, phase: 'offline' },
      { limit: 9, at: null },
      one.nowMs,
    );
    expect(items).toMatchObject([
      {
        hub,
        site: { id: 'oslo', name: 'Oslo plant' },
        deviceId: 'oslo-1',
        phase: 'offline',
        flapping: false,
      },
      { deviceId: 'oslo-3', silenced: false, incidentId: expect.stringMatching(/^inc_/) },
    ]);
    expect(await all({ phase: 'offline' }, 1)).toEqual(['oslo-1', 'oslo-3']);
    expect(await all({ phase: 'flapping' })).toEqual([]);
    expect(await all({ phase: 'offline', hub: 'another' })).toEqual([]);
  });

  it('are not shown to who may see other sites', async () => {
    expect(await all({ phase: 'offline', visible: new Set(['bergen']) })).toEqual([]);
    expect(await all({ site: oslo, hub, visible: new Set(['bergen']) })).toEqual([]);
    expect(await all({ q: 'oslo-1', hub, visible: new Set(['bergen']) })).toEqual([]);
  });

  it('are found by their whole id at a hub', async () => {
    expect(await all({ q: 'oslo-1', hub })).toEqual(['oslo-1']);
    expect(await all({ q: 'oslo', hub })).toEqual([]);
    expect(await all({ q: 'oslo-2', hub, phase: 'offline' })).toEqual([]);
  });
});
