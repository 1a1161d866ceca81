import { beforeEach, describe, expect, it } from 'vitest';
import type { PlaceKey } from '../../../src/lib/directory/placeKey.ts';
import { incidentIdOf } from '../../../src/lib/incident/ids.ts';
import type { IncidentFile } from '../../../src/lib/incident/incidentFile.ts';
import { createHistory, type History } from '../../../src/lib/store/history.ts';
import { historyPartition, historyShards } from '../../../src/lib/store/keys.ts';
import type { RowStore } from '../../../src/lib/store/rowStore.ts';
import { start } from '../../support/events.ts';
import { deviceNames, fileOf, longStory, noticeOf } from '../../support/files.ts';
import { createMemoryRows, type MemoryRows } from '../../support/memoryRows.ts';

const site = (id: string): PlaceKey => ({ hub: 'hub', kind: 'site', id });
const oslo = site('oslo');

let rows: MemoryRows;
let calls: string[];
let history: History;
beforeEach(() => {
  rows = createMemoryRows();
  calls = [];
  const counted = <Result>(call: string, result: Result): Result => {
    calls.push(call);
    return result;
  };
  const counting: RowStore = {
    get: (...args) => counted('get', rows.get(...args)),
    getMany: (...args) => counted('getMany', rows.getMany(...args)),
    range: (...args) => counted('range', rows.range(...args)),
    page: (...args) => counted('page', rows.page(...args)),
    commit: (...args) => rows.commit(...args),
  };
  history = createHistory(counting);
});

const idAt = (place: PlaceKey, atMs: number) => incidentIdOf(place, { kind: 'site' }, atMs);

/** An incident of a place that ended at that time, kept; its id. */
async function ended(
  place: PlaceKey,
  atMs: number,
  make = fileOf,
  devices = ['oslo-1'],
): Promise<IncidentFile> {
  const file = make(devices, { incidentId: idAt(place, atMs), status: 'resolved', resolvedAtMs: atMs });
  await history.place(place);
  await history.keep(place, [file]);
  return file;
}

const changeOf = (place: PlaceKey, atMs: number, noticeIds: readonly string[]) => {
  const { incident } = fileOf([], { incidentId: idAt(place, atMs) });
  const { incidentId } = incident;
  const notices = noticeIds.map((noticeId) => noticeOf({ noticeId, incidentId, createdAtMs: atMs }));
  return { incident, told: [], notices, dropped: [], archived: false, entries: [] };
};

/** Goes through all pages. */
async function all<Item>(
  page: (from: string) => Promise<{ items: Item[]; next: string | null }>,
): Promise<{ items: Item[]; sizes: number[] }> {
  const items: Item[] = [];
  const sizes: number[] = [];
  for (let from: string | null = ''; from !== null; ) {
    const one: { items: Item[]; next: string | null } = await page(from);
    items.push(...one.items);
    sizes.push(one.items.length);
    from = one.next;
  }
  return { items, sizes };
}

describe('an incident', () => {
  it.each([
    { what: 'one device', make: fileOf, devices: ['oslo-1'] },
    { what: '1,000 devices', make: fileOf, devices: deviceNames(1_000) },
    { what: '1,000 devices and a long story', make: longStory, devices: deviceNames(1_000) },
    { what: 'devices in more than ten rows', make: fileOf, devices: deviceNames(1_500) },
    {
      what: 'devices with odd names',
      make: fileOf,
      devices: ['12', 'constructor', '__proto__', 'a|m|00000', 'x/y'],
    },
  ])('of $what is read back as it was kept, in two calls', async ({ make, devices }) => {
    const file = await ended(oslo, start, make, devices);
    calls.splice(0);
    expect(await history.find(file.incident.incidentId)).toEqual({ kind: 'past', place: oslo, file });
    expect(calls).toEqual(['getMany', 'range']);
    expect((await history.past('', 10_000)).items).toEqual([{ place: oslo, file }]);
  });

  it.each([
    {
      rule: 'of a place that is known is looked for there',
      id: idAt(oslo, start),
      found: { kind: 'live', place: oslo },
    },
    { rule: 'of a place that never had any is not found', id: idAt(site('bergen'), start), found: null },
    { rule: 'whose id is none is not found', id: 'inc_nobody', found: null },
  ])('$rule, in one call at most', async ({ id, found }) => {
    await history.place(oslo);
    calls.splice(0);
    expect(await history.find(id)).toEqual(found);
    expect(calls.length).toBeLessThanOrEqual(1);
  });

  it('is kept with its head last: who finds the head finds the rest', async () => {
    const { incident } = await ended(oslo, start, longStory, deviceNames(300));
    const written = rows.all().filter(({ partition }) => partition.startsWith('|history'));
    // Rows in memory are in the order in which they were written.
    expect(written.at(-1)?.row.key.endsWith(incident.incidentId)).toBe(true);
  });

  it('may be kept twice: a crash between its rows and its leaving the place brings it again', async () => {
    const file = await ended(oslo, start, fileOf, deviceNames(300));
    const before = rows.keys().sort();
    await ended(oslo, start, fileOf, deviceNames(300));
    expect(rows.keys().sort()).toEqual(before);
    expect((await history.past('', 100)).items).toEqual([{ place: oslo, file }]);
  });

  it.each(['', '{', 'null', '{"v":1}', '{"place":"hub|site|oslo"}'])(
    'whose row cannot be read (%j) is left out, and the others are listed',
    async (data) => {
      const good = await ended(oslo, start);
      const bad = await ended(oslo, start + 1);
      const [row] = rows
        .all()
        .filter(
          (one) => one.row.key.endsWith(bad.incident.incidentId) && one.partition.startsWith('|history'),
        );
      await rows.commit(row!.partition, [{ kind: 'put', key: row!.row.key, data }]);
      expect((await history.past('', 10)).items.map(({ file }) => file)).toEqual([good]);
      expect(await history.find(bad.incident.incidentId)).toEqual({ kind: 'live', place: oslo });
    },
  );
});

describe('the past', () => {
  it('is listed newest end first, over all shards and pages, each once', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 120; n++) {
      const file = await ended(site(`plant-${n % 40}`), start + n * 1_000);
      ids.unshift(file.incident.incidentId);
    }
    const shards = Array.from({ length: historyShards }, (_, shard) => rows.count(historyPartition(shard)));
    expect(Math.min(...shards)).toBeGreaterThan(0);
    for (const limit of [1, 7, 50, 1_000]) {
      const { items, sizes } = await all((from) => history.past(from, limit));
      expect(items.map(({ file }) => file.incident.incidentId)).toEqual(ids);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(limit);
    }
  });

  it('has large incidents whole, wherever a page ends', async () => {
    const files: IncidentFile[] = [];
    for (let n = 0; n < 6; n++) files.unshift(await ended(oslo, start + n, longStory, deviceNames(700)));
    const { items } = await all((from) => history.past(from, 20));
    expect(items.map(({ file }) => file)).toEqual(files);
  });

  it('costs a page of each shard, however much there is', async () => {
    for (let n = 0; n < 100; n++) await ended(site(`plant-${n}`), start + n);
    calls.splice(0);
    await history.past('', 10);
    expect(calls).toEqual(Array.from({ length: historyShards }, () => 'page'));
  });
});

describe('notices', () => {
  it('are listed newest first, over all shards and pages, each once', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 60; n++) {
      const place = site(`plant-${n % 20}`);
      await history.index(place, [changeOf(place, start + n * 1_000, [`ntc_${n}`])]);
      ids.unshift(`ntc_${n}`);
    }
    for (const limit of [1, 7, 1_000]) {
      const { items } = await all((from) => history.notices(from, limit));
      expect(items.map(({ noticeId }) => noticeId)).toEqual(ids);
    }
  });

  it('of an evaluation that makes many lie in few rows, with their incidents', async () => {
    const ids = Array.from({ length: 250 }, (_, n) => `ntc_${n}`);
    const change = changeOf(oslo, start, ids);
    await history.index(oslo, [change]);
    await history.index(oslo, [change]);
    expect(rows.keys()).toHaveLength(3);
    const { items } = await history.notices('', 100);
    const { incidentId } = change.incident;
    expect(items).toMatchObject(ids.map((noticeId) => ({ place: oslo, incidentId, noticeId })));
    expect(new Set(items.map(({ row }) => row)).size).toBe(3);
  });
});

describe('the index of notices', () => {
  it('keeps those of two evaluations of one place in one moment apart', async () => {
    for (const id of ['ntc_a', 'ntc_b']) await history.index(oslo, [changeOf(oslo, start, [id])]);
    const { items } = await history.notices('', 100);
    expect(items.map(({ noticeId }) => noticeId).sort()).toEqual(['ntc_a', 'ntc_b']);
  });

  it('names what was dropped as it was made, and not what was made before and is dropped now', async () => {
    const change = changeOf(oslo, start, []);
    const { incidentId } = change.incident;
    const dropped = [
      noticeOf({ incidentId, noticeId: 'ntc_now', state: 'dropped', finishedAtMs: start }),
      noticeOf({ incidentId, noticeId: 'ntc_before', state: 'dropped', finishedAtMs: start + 1 }),
    ];
    await history.index(oslo, [{ ...change, dropped }]);
    expect((await history.notices('', 100)).items).toMatchObject([{ noticeId: 'ntc_now' }]);
  });
});

describe('what is too old', () => {
  const dayMs = 24 * 60 * 60_000;

  it('is dropped with its pointer and its notices, and nothing else is', async () => {
    const old = await ended(oslo, start, longStory, deviceNames(300));
    const young = await ended(oslo, start + dayMs);
    for (const { incident } of [old, young]) {
      const atMs = incident.resolvedAtMs!;
      await history.index(oslo, [changeOf(oslo, atMs, [`ntc_${atMs}`])]);
    }
    expect(await history.dropBefore(start + dayMs - 1)).toBeGreaterThan(0);
    expect(await history.find(old.incident.incidentId)).toEqual({ kind: 'live', place: oslo });
    expect(rows.keys().filter((key) => key.includes(old.incident.incidentId))).toEqual([]);
    expect(await history.find(young.incident.incidentId)).toMatchObject({ kind: 'past' });
    expect((await history.past('', 10)).items).toHaveLength(1);
    expect((await history.notices('', 10)).items.map(({ noticeId }) => noticeId)).toEqual([
      `ntc_${start + dayMs}`,
    ]);
    expect(await history.dropBefore(start + dayMs - 1)).toBe(0);
  });

  it('and more than a page goes in several calls, each bounded', async () => {
    for (let n = 0; n < 2_500; n++)
      await history.keep(oslo, [fileOf(['a'], { incidentId: idAt(oslo, n), resolvedAtMs: start + n })]);
    const dropped: number[] = [];
    for (;;) {
      const count = await history.dropBefore(start + dayMs);
      if (count === 0) break;
      dropped.push(count);
    }
    expect([Math.max(...dropped), dropped.reduce((sum, count) => sum + count, 0)]).toEqual([999, 2_500]);
    expect(rows.all()).toEqual([]);
  });

  it('goes though another instance has dropped a part of it since it was read', async () => {
    for (let n = 0; n < 20; n++) await ended(oslo, start + n);
    const page: RowStore['page'] = async (partition, ...range) => {
      const read = await rows.page(partition, ...range);
      const [first] = read.rows;
      if (first) await rows.commit(partition, [{ kind: 'remove', key: first.key, etag: '*' }]);
      return read;
    };
    await createHistory({ ...rows, page }).dropBefore(start + dayMs);
    expect(rows.all().filter(({ partition }) => partition.startsWith('|history'))).toEqual([]);
  });

  it('may be dropped by two at once', async () => {
    for (let n = 0; n < 150; n++) await ended(oslo, start + n);
    await Promise.all([history.dropBefore(start + dayMs), history.dropBefore(start + dayMs)]);
    expect((await history.past('', 10)).items).toEqual([]);
  });
});
