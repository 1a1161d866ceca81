import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../src/lib/incident/evaluate.ts';
import type { Notice } from '../../../src/lib/incident/incident.ts';
import { withNotice } from '../../../src/lib/incident/incidentFile.ts';
import { rowKeys } from '../../../src/lib/store/keys.ts';
import { nothingFound } from '../../simulation/edges.ts';
import { start } from '../../support/events.ts';
import { entryAt } from '../../support/files.ts';
import { foundForAll } from '../../support/incidents.ts';
import { configFor, lostDevice, lostSite, osloPartition } from '../../support/lostSite.ts';
import { offsetMs } from '../../support/offsetMs.ts';

const at = (text: string) => start + offsetMs(text);

describe('an evaluation', () => {
  it('of 250 incidents at once is written in transactions of at most 100 rows, none lost', async () => {
    const config = configFor(['operators'], 'device');
    const { rows, history, look, pending } = await lostSite(250, config);
    const before = rows.commits.length;
    const { result, saved } = await look('10m');
    expect([result.changes.length, saved]).toEqual([250, 'saved']);
    const transactions = rows.commits.slice(before);
    expect(Math.max(...transactions.map(({ writes }) => writes.length))).toBeLessThanOrEqual(100);
    const here = transactions.filter((one) => one.partition === osloPartition);
    // One row an incident, and the guard in each.
    expect(here.length).toBe(Math.ceil(250 / 99));
    expect(here.every(({ writes }) => writes[0]?.key === rowKeys.guard)).toBe(true);
    expect(await pending()).toHaveLength(250);
    expect((await look('10m')).result.changes).toEqual([]);
    expect((await history.notices('', 1_000)).items).toHaveLength(250);
  });

  it('of one incident with 80 receivers is its head and a part of its story', async () => {
    const receivers = Array.from({ length: 80 }, (_, index) => `receiver-${index}`);
    const config = configFor(receivers, 'site');
    const { rows, look, pending } = await lostSite(2, config);
    const before = rows.commits.length;
    expect((await look('10m')).saved).toBe('saved');
    const here = rows.commits.slice(before).filter((one) => one.partition === osloPartition);
    expect(here.map(({ writes }) => writes.map(({ key }) => key.slice(0, 2)))).toEqual([['a|', 'i|', 'i|']]);
    expect(await pending()).toEqual([...receivers].sort());
  });

  it('of an outage of 1,000 devices writes rows in proportion to their chunks, the head last', async () => {
    const config = configFor(['operators'], 'site');
    const { rows, look, load } = await lostSite(1_000, config);
    const before = rows.commits.length;
    await look('10m');
    const here = rows.commits.slice(before).filter((one) => one.partition === osloPartition);
    const keys = here.flatMap(({ writes }) => writes.map(({ key }) => key));
    const [file] = (await load()).files.values();
    const { incidentId } = file!.file.incident;
    const chunks = Array.from({ length: 8 }, (_, chunk) => rowKeys.members(incidentId, chunk));
    expect(keys).toEqual([rowKeys.guard, ...chunks, rowKeys.incident(incidentId)]);
    expect(file!.file.incident.members).toHaveProperty('size', 1_000);
    expect(file!.file.told[0]?.facts).toBeNull();
  });

  it('of a reading that another one has overtaken is superseded, and writes nothing', async () => {
    const config = configFor(['operators'], 'site');
    const { fleet, load, pending } = await lostSite(3, config);
    const [mine, yours] = [await load(), await load()];
    const changes = evaluate(config, mine.view, at('10m')).changes;
    expect(await fleet.saveChanges(mine, changes, config.version)).toBe('saved');
    const later = evaluate(config, yours.view, at('11m')).changes;
    expect(await fleet.saveChanges(yours, later, config.version)).toBe('superseded');
    expect((await load()).view.incidents).toHaveLength(1);
    expect(await pending()).toEqual(['operators']);
  });

  it('of a reading that a delivery has overtaken is superseded: the incident is not as it was', async () => {
    const config = configFor(['operators'], 'site');
    const { fleet, key, look, load } = await lostSite(3, config);
    await look('10m');
    const mine = await load();
    const [stored] = mine.files.values();
    const [notice] = stored!.file.notices;
    const claimed = withNotice(stored!.file, { ...notice!, leasedUntilMs: at('11m') }, stored!.file.told[0]!);
    expect(await fleet.saveFile(key, stored!, claimed)).not.toBeNull();
    const [incident] = mine.view.incidents;
    const change = { incident: incident!, told: [], notices: [], dropped: [], archived: false, entries: [] };
    expect(await fleet.saveChanges(mine, [change], config.version)).toBe('superseded');
    expect((await load()).view.notices[0]?.leasedUntilMs).toBe(at('11m'));
  });

  it.each([
    { what: '250 incidents', count: 250, per: 'device', receivers: 1, least: 3 },
    { what: 'one incident of 1,000 devices', count: 1_000, per: 'site', receivers: 2, least: 1 },
  ] as const)(
    'of $what that dies between two transactions is made good by the next',
    async ({ count, per, receivers, least }) => {
      const names = Array.from({ length: receivers }, (_, index) => `receiver-${index}`);
      const config = configFor(names, per);
      const whole = await lostSite(count, config);
      const before = whole.rows.commits.length;
      await whole.look('10m');
      const transactions = whole.rows.commits.slice(before);
      expect(transactions.filter((one) => one.partition === osloPartition).length).toBeGreaterThanOrEqual(
        least,
      );
      const expected = await whole.pending();
      for (let survived = 0; survived < transactions.length; survived++) {
        const broken = await lostSite(count, config);
        broken.rows.diesAt = broken.rows.commits.length + survived;
        await expect(broken.look('10m')).rejects.toThrow('died');
        broken.rows.diesAt = Number.POSITIVE_INFINITY;
        expect((await broken.look('10m5s')).saved).toBe('saved');
        expect(await broken.pending()).toEqual(expected);
        const { view } = await broken.load();
        expect(view.told.every((told) => view.notices.some((n) => n.noticeId === told.pendingNoticeId))).toBe(
          true,
        );
      }
    },
  );

  it('of incidents whose text is long is written in transactions that the service takes', async () => {
    const config = configFor(['operators'], 'device');
    const { rows, fleet, load } = await lostSite(3, config);
    const loaded = await load();
    const { changes } = evaluate(config, loaded.view, at('10m'));
    const long = changes.map((change) => ({
      ...change,
      incident: { ...change.incident, hubName: 'x'.repeat(400_000) },
    }));
    const before = rows.commits.length;
    expect(await fleet.saveChanges(loaded, long, config.version)).toBe('saved');
    const sizes = rows.commits.slice(before).map(({ writes }) => JSON.stringify(writes).length);
    expect(sizes.filter((size) => size > 400_000)).toHaveLength(2);
    expect(Math.max(...sizes)).toBeLessThan(1_000_000);
  });

  it('that archives an incident leaves its cause to the history alone', async () => {
    const config = configFor(['operators'], 'site');
    const { fleet, history, key, look, load } = await lostSite(2, config);
    await look('10m');
    const [stored] = (await load()).files.values();
    const { incidentId } = stored!.file.incident;
    const diagnosis = {
      incidentId,
      diagnosis: { ...nothingFound, cause: 'gateway' as const },
      firstAskedAtMs: start,
      asked: 1,
      about: foundForAll,
    };
    await fleet.saveFile(key, stored!, { ...stored!.file, diagnosis });
    const now = await load();
    const incident = { ...now.view.incidents[0]!, status: 'resolved' as const, resolvedAtMs: at('20m') };
    const dropped = now.view.notices.map((notice): Notice => ({ ...notice, state: 'dropped' }));
    const change = { incident, told: [], notices: [], dropped, archived: true, entries: [] };
    expect(await fleet.saveChanges(now, [change], config.version)).toBe('saved');
    expect((await load()).view).toMatchObject({ incidents: [], told: [], notices: [], diagnoses: [] });
    expect(await history.find(incidentId)).toMatchObject({
      kind: 'past',
      file: {
        incident: { incidentId },
        diagnosis: { diagnosis: { cause: 'gateway' } },
        notices: [{ state: 'dropped' }],
      },
    });
  });

  it('that archives an incident takes its whole story along, also what lies in rows of its own', async () => {
    const config = configFor(['operators'], 'site');
    const { fleet, history, key, look, load } = await lostSite(2, config);
    await look('10m');
    const [stored] = (await load()).files.values();
    const timeline = Array.from({ length: 300 }, (_, n) => entryAt(start + n));
    await fleet.saveFile(key, stored!, { ...stored!.file, timeline });
    const now = await load();
    const incident = { ...now.view.incidents[0]!, status: 'resolved' as const, resolvedAtMs: at('20m') };
    const end = {
      incident,
      told: [],
      notices: [],
      dropped: [],
      archived: true,
      entries: [entryAt(at('20m'))],
    };
    await fleet.saveChanges(now, [end], config.version);
    const past = await history.find(incident.incidentId);
    const story = past?.kind === 'past' ? past.file.timeline : [];
    expect(story.map(({ atMs }) => atMs)).toEqual([...timeline.map(({ atMs }) => atMs), at('20m')]);
  });

  it('that archives an incident of 1,000 devices and dies between leaves nothing that lives', async () => {
    const config = configFor(['operators'], 'site');
    for (let survived = 0; ; survived++) {
      const { rows, fleet, history, look, load } = await lostSite(1_000, config);
      await look('10m');
      const incidentId = (await load()).view.incidents[0]!.incidentId;
      const archive = async () => {
        const now = await load();
        if (now.view.incidents.length === 0) return fleet.saveChanges(now, [], config.version);
        const incident = { ...now.view.incidents[0]!, status: 'resolved' as const, resolvedAtMs: at('20m') };
        const dropped = now.view.notices.map((notice): Notice => ({ ...notice, state: 'dropped' }));
        const change = { incident, told: [], notices: [], dropped, archived: true, entries: [] };
        return fleet.saveChanges(now, [change], config.version);
      };
      rows.diesAt = rows.commits.length + survived;
      const died = await archive().then(
        () => false,
        () => true,
      );
      rows.diesAt = Number.POSITIVE_INFINITY;
      await archive();
      const { view, orphans } = await load();
      expect([view.incidents, view.told, view.notices, orphans]).toEqual([[], [], [], []]);
      expect(await history.find(incidentId)).toMatchObject({ kind: 'past' });
      if (!died) break;
    }
  });

  it('of an incident of which an overtaken attempt has left rows writes each row once', async () => {
    const config = configFor(['operators'], 'site');
    const { rows, fleet, load } = await lostSite(300, config);
    const { changes } = evaluate(config, (await load()).view, at('10m'));
    const { incidentId } = changes[0]!.incident;
    const left = [0, 1].map((chunk) => rowKeys.members(incidentId, chunk));
    await rows.commit(
      osloPartition,
      left.map((key) => ({ kind: 'put', key, data: '{}' })),
    );
    // The next attempt of the same look: at the same moment, so by the same id.
    const loaded = await load();
    expect(loaded.orphans.map(({ key }) => key)).toEqual(left);
    const again = evaluate(config, loaded.view, at('10m')).changes;
    expect(again[0]!.incident.incidentId).toBe(incidentId);
    expect(await fleet.saveChanges(loaded, again, config.version)).toBe('saved');
    const { view, orphans } = await load();
    expect([view.incidents[0]?.members.size, orphans]).toEqual([300, []]);
  });

  it.each([
    { per: 'site', what: 'that changes itself: each row once' },
    { per: 'device', what: 'beside one that changes: it stays, for a newer head may count it' },
  ] as const)('with a row that the head on an earlier page does not count, $what', async ({ per }) => {
    const config = configFor(['operators'], per);
    const { rows, fleet, key, look, load } = await lostSite(16, config);
    await look('10m');
    const { incidentId } = (await load()).view.incidents[0]!;
    const row = rowKeys.members(incidentId, 0);
    await rows.commit(osloPartition, [{ kind: 'put', key: row, data: '{}' }]);
    await fleet.saveDevices(key, [{ device: lostDevice('oslo-16', config), etag: null }]);
    expect(await look('20m')).toMatchObject({ saved: 'saved' });
    const { view, orphans } = await load();
    const members = view.incidents.reduce((count, incident) => count + incident.members.size, 0);
    expect([members, orphans]).toEqual([17, []]);
    expect(await rows.get(osloPartition, row)).not.toBeNull();
  });

  it('clears what a crash has left beside no head', async () => {
    const config = configFor(['operators'], 'site');
    const { rows, fleet, load } = await lostSite(2, config);
    const orphan = rowKeys.members('inc_nobody', 0);
    await rows.commit(osloPartition, [{ kind: 'put', key: orphan, data: '{}' }]);
    const loaded = await load();
    expect(loaded.orphans.map(({ key }) => key)).toEqual([orphan]);
    expect(await fleet.saveChanges(loaded, [], config.version)).toBe('saved');
    expect(await rows.get(osloPartition, orphan)).toBeNull();
  });
});
