import { describe, expect, it } from 'vitest';
import { siteKeyOf } from '../../../src/lib/directory/placeKey.ts';
import { siteById } from '../../../src/lib/directory/placeOf.ts';
import { evaluate } from '../../../src/lib/incident/evaluate.ts';
import { withNotice } from '../../../src/lib/incident/incidentFile.ts';
import { createFleet } from '../../../src/lib/store/fleet.ts';
import { createHistory } from '../../../src/lib/store/history.ts';
import { start } from '../../support/events.ts';
import { configFor, lostDevice, lostSite, openFleet } from '../../support/lostSite.ts';
import { createMemoryRows } from '../../support/memoryRows.ts';
import { offsetMs } from '../../support/offsetMs.ts';

const hub = 'hub-fleet-01';
const at = (text: string) => start + offsetMs(text);

describe('devices', () => {
  const config = configFor(['operators'], 'site');
  const oslo = siteKeyOf(hub, siteById(config, 'oslo'));
  const of = (deviceId: string) => ({ deviceId, moduleId: null });

  it('are read back as they were written, by their ids', async () => {
    const { fleet } = openFleet();
    const ids = ['a#b?c%d', "x'y", 'Oslo', 'oslo', 'constructor', '__proto__'];
    const devices = ids.map((id) => ({ device: lostDevice(id, config), etag: null }));
    const tags = await fleet.saveDevices(oslo, devices);
    const found = await fleet.devices(
      oslo,
      devices.map(({ device }) => device),
    );
    expect([...found.keys()].sort()).toEqual([...ids].sort());
    for (const { device } of devices) {
      expect(found.get(device.deviceId)).toEqual({
        record: device,
        recent: null,
        etag: tags?.get(device.deviceId),
      });
    }
    expect(await fleet.devices(oslo, [{ deviceId: 'oslo', moduleId: 'agent' }])).toEqual(new Map());
  });

  it('are written all or none: one that another writer has changed stops them', async () => {
    const { fleet } = openFleet();
    const [a, b] = [lostDevice('a', config), lostDevice('b', config)];
    const tags = await fleet.saveDevices(oslo, [{ device: a, etag: null }]);
    const both = [
      { device: { ...a, phase: 'online' as const }, etag: tags?.get('a') ?? '' },
      { device: b, etag: null },
    ];
    expect(await fleet.saveDevices(oslo, both)).not.toBeNull();
    expect(await fleet.saveDevices(oslo, both)).toBeNull();
    expect(await fleet.saveDevices(oslo, both.slice(0, 1))).toBeNull();
    expect(await fleet.saveDevices(oslo, [{ device: b, etag: null }])).toBeNull();
  });

  it('of hubs that differ in case are the same, of other hubs and sites others', async () => {
    const { fleet } = openFleet();
    const keyOf = (name: string, id: string) => siteKeyOf(name, siteById(config, id));
    await fleet.saveDevices(keyOf('Hub-Fleet-01', 'oslo'), [{ device: lostDevice('a', config), etag: null }]);
    const found = async (name: string, id: string) => (await fleet.devices(keyOf(name, id), [of('a')])).size;
    expect([await found(hub, 'oslo'), await found('hub-02', 'oslo'), await found(hub, 'bergen')]).toEqual([
      1, 0, 0,
    ]);
  });

  it('leave a site only as they were read', async () => {
    const { fleet } = openFleet();
    const device = lostDevice('a', config);
    const tags = await fleet.saveDevices(oslo, [{ device, etag: null }]);
    const etag = tags?.get('a') ?? '';
    const newer = { ...device, phase: 'online' as const };
    await fleet.saveDevices(oslo, [{ device: newer, etag }]);
    expect(await fleet.removeDevice(oslo, device, etag)).toBe('superseded');
    const now = (await fleet.devices(oslo, [device])).get('a');
    expect(now?.record.phase).toBe('online');
    expect(await fleet.removeDevice(oslo, device, now?.etag ?? '')).toBe('saved');
    expect((await fleet.devices(oslo, [device])).size).toBe(0);
  });

  it.each([
    { rule: 'of few are one query', wanted: 13, of: 5_000, first: ['getMany'], again: ['getMany'] },
    {
      rule: 'of two queries are never a scan',
      wanted: 26,
      of: 100,
      first: ['getMany', 'getMany'],
      again: ['getMany', 'getMany'],
    },
    {
      rule: 'of a small site are one query, however many',
      wanted: 90,
      of: 100,
      first: ['page'],
      again: ['page'],
    },
    {
      rule: 'of a large site are read a few at a time, from the second batch on without a scan',
      wanted: 39,
      of: 5_000,
      first: ['page', 'getMany', 'getMany', 'getMany'],
      again: ['getMany', 'getMany', 'getMany'],
    },
  ])('$rule', async ({ wanted, of: count, first, again }) => {
    const { rows, fleet, key } = await lostSite(count, config);
    const step = Math.floor(count / wanted);
    const ids = Array.from({ length: wanted }, (_, index) => of(`oslo-${index * step}`));
    for (const reads of [first, again]) {
      rows.reads.splice(0);
      expect((await fleet.devices(key, ids)).size).toBe(wanted);
      expect(rows.reads).toEqual(reads);
    }
  });

  it('of most of a large site are one query, also after a batch of few that lie far apart', async () => {
    const { rows, fleet, key } = await lostSite(3_000, config);
    const every = (step: number, count: number) =>
      Array.from({ length: count }, (_, index) => of(`oslo-${index * step}`));
    await fleet.devices(key, every(75, 40));
    rows.reads.splice(0);
    expect((await fleet.devices(key, every(2, 1_500))).size).toBe(1_500);
    expect(rows.reads).toEqual(['page']);
  });

  it('that nobody knows yet are asked for and left out', async () => {
    const { fleet, key } = await lostSite(3, config);
    const ids = Array.from({ length: 40 }, (_, index) => of(`oslo-${index}`));
    expect([...(await fleet.devices(key, ids)).keys()].sort()).toEqual(['oslo-0', 'oslo-1', 'oslo-2']);
    expect(await fleet.devices(key, [])).toEqual(new Map());
  });
});

describe('a reading in pages', () => {
  const config = configFor(['operators'], 'site');

  it.each([
    { gap: 0, guarded: false },
    { gap: 1, guarded: false },
    { gap: 0, guarded: true },
    { gap: 1, guarded: true },
    { gap: 2, guarded: true },
  ])(
    'is superseded by a first or further ($guarded) evaluation in its gap $gap',
    async ({ gap, guarded }) => {
      let between = async () => {};
      let gaps = 0;
      const { fleet, look, load } = await lostSite(8, config, {
        pageSize: 3,
        betweenPages: async () => {
          if (gaps++ === gap) await between();
        },
      });
      const [begun] = (
        guarded ? await look('10m') : { result: evaluate(config, (await load()).view, at('10m')) }
      ).result.changes;
      const changeTo = (severity: 'info' | 'critical') => {
        const incident = { ...begun!.incident, severity };
        return [{ incident, told: [], notices: [], dropped: [], archived: false, entries: [] }];
      };
      between = async () => {
        between = async () => {};
        expect(await fleet.saveChanges(await load(), changeTo('critical'), config.version)).toBe('saved');
      };
      gaps = 0;
      const mine = await load();
      expect(gaps).toBeGreaterThan(gap);
      expect(await fleet.saveChanges(mine, changeTo('info'), config.version)).toBe('superseded');
      expect((await load()).view.incidents.map(({ severity }) => severity)).toEqual(['critical']);
    },
  );
});

describe('an incident’s file', () => {
  const config = configFor(['operators'], 'site');

  it('is read with the guard of its place, in two calls, and no device', async () => {
    const { rows, fleet, key, look, load } = await lostSite(300, config);
    await look('10m');
    const { incidentId } = (await load()).view.incidents[0]!;
    rows.reads.splice(0);
    const { guard, stored } = await fleet.loadIncident(key, incidentId);
    expect(rows.reads).toEqual(['get', 'range']);
    expect(guard?.record).toMatchObject({ hubName: hub, rules: config.version, count: 1, placed: true });
    expect(stored?.file.incident.incidentId).toBe(incidentId);
    expect(stored?.file.incident.members).toHaveProperty('size', 300);
    expect((await fleet.loadIncident(key, 'inc_nobody')).stored).toBeNull();
  });

  it('is claimed by one of those that race for it', async () => {
    const { fleet, key, look, load } = await lostSite(2, config);
    await look('10m');
    const [mine, yours] = [await load(), await load()].map(({ files }) => [...files.values()][0]!);
    const claim = (stored: typeof mine) =>
      fleet.saveFile(
        key,
        stored!,
        withNotice(
          stored!.file,
          { ...stored!.file.notices[0]!, leasedUntilMs: at('11m') },
          stored!.file.told[0]!,
        ),
      );
    expect(await claim(mine)).not.toBeNull();
    expect(await claim(yours)).toBeNull();
  });

  it('tells in one transaction that a notice was sent and what the ledger knows, and can be written on', async () => {
    const { rows, fleet, key, look, load } = await lostSite(2, config);
    await look('10m');
    const [stored] = (await load()).files.values();
    const before = rows.commits.length;
    const { notices, told } = stored!.file;
    const sent = withNotice(
      stored!.file,
      { ...notices[0]!, state: 'sent' },
      { ...told[0]!, status: 'told', pendingNoticeId: null },
    );
    const after = await fleet.saveFile(key, stored!, sent);
    expect(rows.commits.length - before).toBe(1);
    const { view, files } = await load();
    expect([view.notices, view.told[0]?.status]).toEqual([[], 'told']);
    expect([...files.values()][0]?.file.notices).toMatchObject([{ state: 'sent' }]);
    expect(await fleet.saveFile(key, after!, sent)).not.toBeNull();
  });
});

describe('the rules', () => {
  const config = configFor(['operators'], 'site');
  const newer = { atMs: config.version.atMs + 1, hash: 'b' };

  it('that decided last stay in the guard, and older ones never take their place', async () => {
    const { fleet, key, load } = await lostSite(2, config);
    expect(await fleet.noteRules(key, (await load()).guard, hub, newer)).toBe('saved');
    expect((await load()).guard?.record.rules).toEqual(newer);
    expect(await fleet.noteRules(key, (await load()).guard, hub, config.version)).toBe('saved');
    expect((await load()).guard?.record).toMatchObject({ rules: newer, count: 2 });
  });

  it('that claim a place do so over whatever was decided there meanwhile, and lose nothing of it', async () => {
    const rows = createMemoryRows();
    const fleet = createFleet(rows, createHistory(rows));
    const oslo = siteById(config, 'oslo');
    const key = siteKeyOf(hub, oslo);
    await fleet.noteRules(key, null, hub, config.version);
    let decides = true;
    const get = async (partition: string, row: string) => {
      const read = await rows.get(partition, row);
      if (decides) {
        decides = false;
        await fleet.noteRules(key, (await fleet.loadSite(hub, oslo)).guard, hub, config.version);
      }
      return read;
    };
    await createFleet({ ...rows, get }, createHistory(rows)).claimPlace(key, hub, newer);
    expect((await fleet.loadSite(hub, oslo)).guard?.record).toMatchObject({ rules: newer, count: 3 });
  });

  it('that are noted supersede an evaluation under way', async () => {
    const { fleet, key, load } = await lostSite(2, config);
    const mine = await load();
    await fleet.noteRules(key, mine.guard, hub, newer);
    const { changes } = evaluate(config, mine.view, at('10m'));
    expect(await fleet.saveChanges(mine, changes, config.version)).toBe('superseded');
  });
});
