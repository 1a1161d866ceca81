import { describe, expect, it } from 'vitest';
import type { Device } from '../../../src/lib/device/device.ts';
import { transition } from '../../../src/lib/device/transition.ts';
import { siteById } from '../../../src/lib/directory/placeOf.ts';
import { type Evaluation, evaluate } from '../../../src/lib/incident/evaluate.ts';
import type { Rules } from '../../../src/lib/policy/rules.ts';
import { createFleet, type Fleet, type SaveResult } from '../../../src/lib/store/fleet.ts';
import { incidentIndex } from '../../../src/lib/store/keys.ts';
import type { RowStore, RowWrite } from '../../../src/lib/store/rowStore.ts';
import { nothingFound } from '../../simulation/edges.ts';
import { configOf } from '../../support/configOf.ts';
import { sequenceNumber, start } from '../../support/events.ts';
import { createMemoryRows } from '../../support/memoryRows.ts';
import { offsetMs } from '../../support/offsetMs.ts';

const hub = 'hub-fleet-01';
const at = (text: string) => start + offsetMs(text);

const configFor = (receivers: readonly string[], per: 'site' | 'device') =>
  configOf(`
sites: [{ id: oslo, devices: ["oslo-*"] }]
receivers:
${receivers.map((name) => `  ${name}: { email: { to: ["${name}@oslo.example"] } }`).join('\n')}
routes: [{ per: ${per}, to: [${receivers.join(', ')}] }]
`);

/** Rows that count and can die: the transaction with that number and those after it never happen. */
function mortal(rows: RowStore): RowStore & { commits: RowWrite[][]; diesAt: number } {
  const self = {
    ...rows,
    commits: [] as RowWrite[][],
    diesAt: Number.POSITIVE_INFINITY,
    async commit(partition: string, writes: readonly RowWrite[]) {
      if (self.commits.length >= self.diesAt) throw new Error('the process died');
      self.commits.push([...writes]);
      return rows.commit(partition, writes);
    },
  };
  return self;
}

function lostDevice(deviceId: string, config: Rules): Device {
  const base = {
    eventId: '',
    deviceId,
    moduleId: null,
    hubName: hub,
    hubResourceId: null,
    eventTimeMs: start,
  };
  const event = { ...base, kind: 'disconnected', sequenceNumber: sequenceNumber(1) } as const;
  return transition(null, event, config.policy, start).device;
}

/** A site whose devices were all lost at start, and what it takes to look at it. */
async function lostSite(count: number, config: Rules) {
  const rows = mortal(createMemoryRows());
  const fleet = createFleet(rows);
  const site = siteById(config, 'oslo');
  const devices = Array.from({ length: count }, (_, index) => lostDevice(`oslo-${index}`, config));
  for (let from = 0; from < count; from += 100) {
    const part = devices.slice(from, from + 100).map((device) => ({ device, etag: null }));
    await fleet.saveDevices(hub, site, part);
  }
  const look = async (when: string): Promise<{ result: Evaluation; saved: SaveResult }> => {
    const loaded = await fleet.loadSite(hub, site);
    const result = evaluate(config, loaded.view, at(when));
    return { result, saved: await fleet.saveEvaluation(loaded, result.changes) };
  };
  return { rows, fleet, site, look };
}

const pendingOf = async (fleet: Fleet, config: Rules) =>
  (await fleet.loadSite(hub, siteById(config, 'oslo'))).view.notices.map((notice) => notice.receiver);

describe('devices', () => {
  const config = configFor(['operators'], 'site');
  const site = siteById(config, 'oslo');

  it('are read back as they were written, by their ids', async () => {
    const fleet = createFleet(createMemoryRows());
    const ids = ['a#b?c%d', "x'y", 'Oslo', 'oslo'];
    const devices = ids.map((id) => ({ device: lostDevice(id, config), etag: null }));
    const tags = await fleet.saveDevices(hub, site, devices);
    const found = await fleet.devices(
      hub,
      site,
      devices.map(({ device }) => device),
    );
    expect([...found.keys()].sort()).toEqual([...ids].sort());
    for (const { device } of devices) {
      expect(found.get(device.deviceId)).toEqual({ record: device, etag: tags?.get(device.deviceId) });
    }
    const module = { deviceId: 'oslo', moduleId: 'agent' };
    expect(await fleet.devices(hub, site, [module])).toEqual(new Map());
  });

  it('are written all or none: one that another writer has changed stops them', async () => {
    const fleet = createFleet(createMemoryRows());
    const [a, b] = [lostDevice('a', config), lostDevice('b', config)];
    const tags = await fleet.saveDevices(hub, site, [{ device: a, etag: null }]);
    const both = [
      { device: { ...a, phase: 'online' as const }, etag: tags?.get('a') ?? '' },
      { device: b, etag: null },
    ];
    expect(await fleet.saveDevices(hub, site, both)).not.toBeNull();
    expect(await fleet.saveDevices(hub, site, both)).toBeNull();
    expect(await fleet.saveDevices(hub, site, [{ device: b, etag: null }])).toBeNull();
  });

  it('of hubs that differ in case are the same, of other hubs and sites others', async () => {
    const fleet = createFleet(createMemoryRows());
    await fleet.saveDevices('Hub-Fleet-01', site, [{ device: lostDevice('a', config), etag: null }]);
    const found = async (name: string, id: string) =>
      (await fleet.devices(name, siteById(config, id), [{ deviceId: 'a', moduleId: null }])).size;
    expect([await found(hub, 'oslo'), await found('hub-02', 'oslo'), await found(hub, 'bergen')]).toEqual([
      1, 0, 0,
    ]);
  });

  it('move to another site with all that is known of them, unless a newer row is there', async () => {
    const fleet = createFleet(createMemoryRows());
    const bergen = siteById(config, 'bergen');
    const [old, newer] = [lostDevice('a', config), { ...lostDevice('a', config), phase: 'online' as const }];
    const id = [{ deviceId: 'a', moduleId: null }];
    const move = async () => {
      const found = (await fleet.devices(hub, site, id)).get('a');
      await fleet.moveDevice(hub, site, bergen, old, found?.etag ?? '');
      return (await fleet.devices(hub, bergen, id)).get('a')?.record.phase;
    };
    await fleet.saveDevices(hub, site, [{ device: old, etag: null }]);
    expect(await move()).toBe('suspect');
    expect((await fleet.devices(hub, site, id)).size).toBe(0);
    await fleet.saveDevices(hub, site, [{ device: old, etag: null }]);
    const there = (await fleet.devices(hub, bergen, id)).get('a');
    await fleet.saveDevices(hub, bergen, [{ device: newer, etag: there?.etag ?? null }]);
    expect(await move()).toBe('online');
  });
});

describe('an evaluation', () => {
  it('of 250 incidents at once is written in transactions of at most 100 rows, none lost', async () => {
    const config = configFor(['operators'], 'device');
    const { rows, fleet, look } = await lostSite(250, config);
    const before = rows.commits.length;
    const { result, saved } = await look('10m');
    expect([result.changes.length, saved]).toEqual([250, 'saved']);
    const transactions = rows.commits.slice(before);
    expect(Math.max(...transactions.map((writes) => writes.length))).toBeLessThanOrEqual(100);
    // Three rows an incident, and a pointer to each.
    expect(transactions.length).toBe(Math.ceil(250 / 33) + 3);
    expect(await pendingOf(fleet, config)).toHaveLength(250);
    expect((await look('10m')).result.changes).toEqual([]);
    expect((await rows.range(incidentIndex, '', '~')).length).toBe(250);
  });

  it('of one incident with 80 receivers is cut, its own row first', async () => {
    const receivers = Array.from({ length: 80 }, (_, index) => `receiver-${index}`);
    const config = configFor(receivers, 'site');
    const { rows, fleet, look } = await lostSite(2, config);
    const before = rows.commits.length;
    expect((await look('10m')).saved).toBe('saved');
    const [, first, second, ...rest] = rows.commits.slice(before);
    expect(first?.map((write) => write.key.slice(0, 2)).slice(0, 2)).toEqual(['s|', 'i|']);
    expect([first?.length, second?.length, rest.length]).toEqual([100, 63, 0]);
    expect((await pendingOf(fleet, config)).sort()).toEqual([...receivers].sort());
  });

  it('of a reading that another one has overtaken is superseded, and writes nothing', async () => {
    const config = configFor(['operators'], 'site');
    const { fleet, site } = await lostSite(3, config);
    const [mine, yours] = [await fleet.loadSite(hub, site), await fleet.loadSite(hub, site)];
    const changes = evaluate(config, mine.view, at('10m')).changes;
    expect(await fleet.saveEvaluation(mine, changes)).toBe('saved');
    const later = evaluate(config, yours.view, at('11m')).changes;
    expect(await fleet.saveEvaluation(yours, later)).toBe('superseded');
    expect((await fleet.loadSite(hub, site)).view.incidents).toHaveLength(1);
    expect(await pendingOf(fleet, config)).toEqual(['operators']);
  });

  it.each([
    { what: '250 incidents', count: 250, per: 'device', receivers: 1 },
    { what: 'one incident with 80 receivers', count: 2, per: 'site', receivers: 80 },
  ] as const)(
    'of $what that dies between two transactions is made good by the next',
    async ({ count, per, receivers }) => {
      const names = Array.from({ length: receivers }, (_, index) => `receiver-${index}`);
      const config = configFor(names, per);
      const whole = await lostSite(count, config);
      const before = whole.rows.commits.length;
      await whole.look('10m');
      const transactions = whole.rows.commits.length - before;
      const expected = (await pendingOf(whole.fleet, config)).sort();
      expect(transactions).toBeGreaterThan(2);
      for (let survived = 0; survived < transactions; survived++) {
        const broken = await lostSite(count, config);
        broken.rows.diesAt = broken.rows.commits.length + survived;
        await expect(broken.look('10m')).rejects.toThrow('died');
        broken.rows.diesAt = Number.POSITIVE_INFINITY;
        expect((await broken.look('10m5s')).saved).toBe('saved');
        expect((await pendingOf(broken.fleet, config)).sort()).toEqual(expected);
        const { view } = await broken.fleet.loadSite(hub, broken.site);
        expect(view.told.every((told) => view.notices.some((n) => n.noticeId === told.pendingNoticeId))).toBe(
          true,
        );
      }
    },
  );

  it('of incidents whose text is long is written in transactions that the service takes', async () => {
    const config = configFor(['operators'], 'device');
    const { rows, fleet, site } = await lostSite(3, config);
    const loaded = await fleet.loadSite(hub, site);
    const { changes } = evaluate(config, loaded.view, at('10m'));
    const long = changes.map((change) => ({
      ...change,
      incident: { ...change.incident, hubName: 'x'.repeat(400_000) },
    }));
    const before = rows.commits.length;
    expect(await fleet.saveEvaluation(loaded, long)).toBe('saved');
    const sizes = rows.commits.slice(before).map((writes) => JSON.stringify(writes).length);
    expect(sizes.filter((size) => size > 400_000)).toHaveLength(2);
    expect(Math.max(...sizes)).toBeLessThan(1_000_000);
  });

  it('that archives an incident leaves its cause to the history alone', async () => {
    const config = configFor(['operators'], 'site');
    const { fleet, site, look } = await lostSite(2, config);
    await look('10m');
    const [incident] = (await fleet.loadSite(hub, site)).view.incidents;
    const { incidentId } = incident!;
    await fleet.saveDiagnoses(hub, site, [
      { incidentId, diagnosis: { ...nothingFound, cause: 'gateway' }, firstAskedAtMs: start, asked: 1 },
    ]);
    const now = await fleet.loadSite(hub, site);
    const over = { ...incident!, status: 'resolved' as const };
    const dropped = now.view.notices.map((notice) => ({ ...notice, state: 'dropped' as const }));
    await fleet.saveEvaluation(now, [{ incident: over, told: [], notices: [], dropped, archived: true }]);
    expect((await fleet.loadSite(hub, site)).view.diagnoses).toEqual([]);
    const past = await fleet.rows.get('hub-fleet-01|site|oslo', `x|i|${incidentId}`);
    expect(JSON.parse(past!.data)).toMatchObject({ incidentId, diagnosis: { cause: 'gateway' } });
  });

  it('that archives an incident with 80 receivers and dies between leaves nothing that lives', async () => {
    const names = Array.from({ length: 80 }, (_, index) => `receiver-${index}`);
    const config = configFor(names, 'site');
    for (const survived of [0, 1, 2]) {
      const { rows, fleet, site, look } = await lostSite(2, config);
      await look('10m');
      const loaded = await fleet.loadSite(hub, site);
      const over = { ...loaded.view.incidents[0]!, status: 'resolved' as const, resolvedAtMs: at('20m') };
      const archive = async () => {
        const now = await fleet.loadSite(hub, site);
        const dropped = now.view.notices.map((notice) => ({ ...notice, state: 'dropped' as const }));
        const incident = now.view.incidents[0] ? over : null;
        if (incident === null) return;
        await fleet.saveEvaluation(now, [{ incident, told: [], notices: [], dropped, archived: true }]);
      };
      rows.diesAt = rows.commits.length + survived;
      await archive().catch(() => {});
      rows.diesAt = Number.POSITIVE_INFINITY;
      await archive();
      const { view } = await fleet.loadSite(hub, site);
      expect([view.incidents.length, view.told.length, view.notices.length]).toEqual([0, 0, 0]);
    }
  });
});

describe('a notice', () => {
  const config = configFor(['operators'], 'site');

  it('is claimed by one of those that race for it', async () => {
    const { fleet, site, look } = await lostSite(2, config);
    await look('10m');
    const [mine, yours] = [await fleet.loadSite(hub, site), await fleet.loadSite(hub, site)];
    const claimed = { ...mine.view.notices[0]!, leasedUntilMs: at('11m') };
    expect(await fleet.saveNotice(mine, claimed, null)).toBe('saved');
    expect(await fleet.saveNotice(yours, claimed, null)).toBe('superseded');
  });

  it('that was sent leaves the outbox for the history, and the ledger knows, in one transaction', async () => {
    const { rows, fleet, site, look } = await lostSite(2, config);
    await look('10m');
    const loaded = await fleet.loadSite(hub, site);
    const before = rows.commits.length;
    const sent = { ...loaded.view.notices[0]!, state: 'sent' as const };
    const told = { ...loaded.view.told[0]!, status: 'told' as const, pendingNoticeId: null };
    expect(await fleet.saveNotice(loaded, sent, told)).toBe('saved');
    expect(rows.commits.length - before).toBe(1);
    const { view } = await fleet.loadSite(hub, site);
    expect([view.notices, view.told[0]?.status]).toEqual([[], 'told']);
    const past = await rows.range(`${hub}|site|oslo`, 'x|n|', 'x|n}');
    expect(past.map((row) => JSON.parse(row.data).state)).toEqual(['sent']);
  });
});
