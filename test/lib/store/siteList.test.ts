import { beforeEach, describe, expect, it } from 'vitest';
import { formatPlaceKey, type SiteKey } from '../../../src/lib/directory/placeKey.ts';
import { listPartition, listShards, shardOf } from '../../../src/lib/store/keys.ts';
import { createSiteList, type SiteCounts, type SiteList } from '../../../src/lib/store/siteList.ts';
import { createMemoryRows, type MemoryRows } from '../../support/memoryRows.ts';

const site = (id: string, hub = 'hub'): SiteKey => ({ hub, kind: 'site', id });
const oslo = site('oslo');
const counts: SiteCounts = { known: 3, offline: 1, flapping: 0, silenced: 0, away: 1 };
const partitionOf = (key: SiteKey) => listPartition(shardOf(formatPlaceKey(key), listShards));

let rows: MemoryRows;
let list: SiteList;
beforeEach(() => {
  rows = createMemoryRows();
  list = createSiteList(rows);
});

/** What an evaluation leaves that read the list just before. */
async function evaluated(
  key: SiteKey,
  left: { dueAtMs: number | null; items?: readonly string[]; counts?: SiteCounts } | null,
  nowMs = 0,
): Promise<boolean> {
  const next = left && {
    place: key,
    dueAtMs: left.dueAtMs,
    needsMessage: false,
    counts: left.counts ?? counts,
  };
  return list.save(key, await list.read(key), next, left?.items ?? [], nowMs);
}

const item = (text: string, length = 0) => JSON.stringify({ text, pad: 'x'.repeat(length) });
const texts = (items: unknown[]) => items.map((one) => (one as { text: string }).text);
const dueOf = async () => {
  const { summary, touch } = await list.read(oslo);
  return { summary: summary?.record.dueAtMs, touch: touch?.record.dueAtMs };
};

describe('an event', () => {
  it.each([
    { rule: 'notes a site', noted: [], dueAtMs: 5_000, stands: 5_000 },
    { rule: 'never postpones what is noted', noted: [5_000], dueAtMs: 9_000, stands: 5_000 },
    { rule: 'brings forward what is noted', noted: [9_000], dueAtMs: 5_000, stands: 5_000 },
    { rule: 'leaves the same moment', noted: [5_000], dueAtMs: 5_000, stands: 5_000 },
  ])('$rule', async ({ noted, dueAtMs, stands }) => {
    for (const moment of noted) await list.touch(oslo, moment, 0);
    await list.touch(oslo, dueAtMs, 0);
    expect(await dueOf()).toEqual({ summary: undefined, touch: stands });
  });

  it('leaves the evaluation’s row alone, and the other way round', async () => {
    await evaluated(oslo, { dueAtMs: 90_000 });
    await list.touch(oslo, 60_000, 0);
    expect(await dueOf()).toEqual({ summary: 90_000, touch: 60_000 });
    await evaluated(oslo, { dueAtMs: 80_000 });
    expect(await dueOf()).toEqual({ summary: 80_000, touch: 60_000 });
  });

  it('of many at once notes the earliest', async () => {
    await Promise.all([7, 3, 9, 5].map((s) => list.touch(oslo, s * 10_000, 0)));
    expect((await dueOf()).touch).toBe(30_000);
  });
});

describe('an evaluation', () => {
  it.each([
    { rule: 'takes a note away whose time has come', noted: 5_000, nowMs: 5_000, stands: undefined },
    { rule: 'leaves a note of later', noted: 5_001, nowMs: 5_000, stands: 5_001 },
  ])('$rule', async ({ noted, nowMs, stands }) => {
    await list.touch(oslo, noted, 0);
    await evaluated(oslo, { dueAtMs: 90_000 }, nowMs);
    expect((await dueOf()).touch).toBe(stands);
  });

  it.each([
    { rule: 'sooner', dueAtMs: 4_000, stands: 4_000 },
    { rule: 'later, though the moment that was noted has come', dueAtMs: 300_000, stands: 5_000 },
  ])('leaves a note that an event has touched since it was read: $rule', async ({ dueAtMs, stands }) => {
    await list.touch(oslo, 5_000, 0);
    const read = await list.read(oslo);
    await list.touch(oslo, dueAtMs, 5_000);
    expect(await list.save(oslo, read, null, [], 5_000)).toBe(true);
    expect((await dueOf()).touch).toBe(stands);
  });

  it('leaves the later moments that were noted before: others rely on them', async () => {
    for (const moment of [90_000, 30_000, 5_000]) await list.touch(oslo, moment, 0);
    const stands: (number | undefined)[] = [];
    for (const nowMs of [4_999, 5_000, 30_000, 90_000]) {
      await evaluated(oslo, { dueAtMs: 900_000 }, nowMs);
      stands.push((await dueOf()).touch);
    }
    expect(stands).toEqual([5_000, 30_000, 90_000, undefined]);
  });

  it('is told that another one was faster, and has written nothing', async () => {
    await evaluated(oslo, { dueAtMs: 50_000 });
    const read = await list.read(oslo);
    await evaluated(oslo, { dueAtMs: 60_000, items: [item('theirs')] });
    const next = { place: oslo, dueAtMs: 70_000, needsMessage: false, counts };
    for (const stale of [read, { summary: null, touch: null }])
      expect(await list.save(oslo, stale, next, [item('mine')], 0)).toBe(false);
    expect(await list.save(oslo, read, null, [], 0)).toBe(false);
    expect([(await dueOf()).summary, texts(await list.openItems())]).toEqual([60_000, ['theirs']]);
  });

  it('that finds what was there writes nothing', async () => {
    await evaluated(oslo, { dueAtMs: 50_000, items: [item('a')] });
    const before = rows.all();
    await evaluated(oslo, { dueAtMs: 50_000, items: [item('a')] });
    await evaluated(site('quiet'), null);
    expect(rows.all()).toEqual(before);
  });

  it.each([
    { what: 'its moment', next: { dueAtMs: 60_000 } },
    { what: 'that a message is to be sent for it', next: { needsMessage: true } },
    { what: 'its numbers', next: { counts: { ...counts, offline: 2 } } },
  ])('writes $what alone', async ({ next }) => {
    const before = { place: oslo, dueAtMs: 50_000, needsMessage: false, counts };
    for (const left of [before, { ...before, ...next }]) {
      expect(await list.save(oslo, await list.read(oslo), left, [], 0)).toBe(true);
      expect((await list.read(oslo)).summary?.record).toMatchObject(left);
    }
  });

  it('that finds nothing open, due or gone forgets the site, its open incidents too', async () => {
    await list.touch(oslo, 5_000, 0);
    await evaluated(oslo, { dueAtMs: 50_000, items: [item('a'), item('b', 150_000)] }, 5_000);
    await evaluated(oslo, null, 60_000);
    expect(rows.all()).toEqual([]);
  });
});

describe('open incidents', () => {
  it('change together with the summary', async () => {
    await evaluated(oslo, { dueAtMs: 50_000, items: [item('a'), item('b')] });
    expect(texts(await list.openItems())).toEqual(['a', 'b']);
    await evaluated(oslo, { dueAtMs: 60_000, items: [item('b')] });
    expect([texts(await list.openItems()), (await dueOf()).summary]).toEqual([['b'], 60_000]);
  });

  it('of a site with many lie in rows of a bounded size, of which only those that changed are written', async () => {
    const items = ['a', 'b', 'c', 'd'].map((text) => item(text, 60_000));
    await evaluated(oslo, { dueAtMs: 50_000, items });
    const open = () => rows.all().filter(({ row }) => row.key.startsWith('o|'));
    const before = open();
    expect(before).toHaveLength(4);
    expect(Math.max(...before.map(({ row }) => row.data.length))).toBeLessThan(101_000);
    await evaluated(oslo, { dueAtMs: 50_000, items: items.with(2, item('C', 60_000)) });
    const changed = open().filter(({ row }, index) => row.etag !== before[index]?.row.etag);
    expect(changed.map(({ row }) => row.key.slice(-5))).toEqual(['00002']);
    await evaluated(oslo, { dueAtMs: 50_000, items: items.slice(0, 1) });
    expect(open()).toHaveLength(1);
  });

  it('share a row while they fit into it', async () => {
    const items = ['a', 'b', 'c', 'd', 'e'].map((text) => item(text, 40_000));
    await evaluated(oslo, { dueAtMs: 50_000, items });
    expect(rows.all().filter(({ row }) => row.key.startsWith('o|'))).toHaveLength(3);
  });

  it('of more rows than a transaction takes are all listed', async () => {
    const items = Array.from({ length: 150 }, (_, index) => item(`i${index}`, 99_000));
    expect(await evaluated(oslo, { dueAtMs: 50_000, items })).toBe(true);
    expect(texts(await list.openItems()).sort()).toEqual(items.map((_, index) => `i${index}`).sort());
  });
});

describe('the list', () => {
  it('names the sites of all shards, whatever their ids', async () => {
    const keys: SiteKey[] = ['a#b?c%d', '~~~~~', "x'y", 'a|b', 'Ω'].map((id) => ({
      hub: 'hub',
      kind: 'device',
      id,
    }));
    keys.push(...Array.from({ length: 40 }, (_, index) => site(`plant-${index}`)));
    for (const [index, key] of keys.entries())
      await (index % 2 === 0 ? list.touch(key, 1, 0) : evaluated(key, { dueAtMs: 1 }));
    const listed: string[] = [];
    for await (const page of list.all()) listed.push(...page.map(({ place }) => formatPlaceKey(place)));
    expect(listed.sort()).toEqual(keys.map(formatPlaceKey).sort());
  });

  it('says of each when somebody must look, by an event and by the evaluation', async () => {
    await list.touch(oslo, 60_000, 0);
    const next = { place: oslo, dueAtMs: 900_000, needsMessage: true, counts };
    await list.save(oslo, await list.read(oslo), next, [], 0);
    await evaluated(site('away'), { dueAtMs: null });
    const listed = [];
    for await (const page of list.all()) listed.push(...page);
    expect(listed).toHaveLength(3);
    expect(listed).toEqual(
      expect.arrayContaining([
        { place: oslo, dueAtMs: 60_000, needsMessage: false },
        { place: oslo, dueAtMs: 900_000, needsMessage: true },
        { place: site('away'), dueAtMs: null, needsMessage: false },
      ]),
    );
  });

  it('goes through a shard that has more than a page', async () => {
    for (let index = 0; index < 4_400; index++) await list.touch(site(`plant-${index}`), 1, 0);
    const pages: number[] = [];
    for await (const page of list.all()) pages.push(page.length);
    expect([Math.max(...pages), pages.reduce((sum, length) => sum + length, 0)]).toEqual([999, 4_400]);
  });
});

describe('devices that are gone by their events', () => {
  const away = (key: SiteKey, number: number) =>
    evaluated(key, { dueAtMs: null, counts: { ...counts, away: number } });

  it('are summed over the sites of one hub, whose name may begin that of another', async () => {
    await away(oslo, 3);
    await away(site('bergen', 'hub'), 4);
    await away({ hub: 'hub', kind: 'device', id: '~pump' }, 1);
    await away(site('oslo', 'hub-2'), 100);
    await away(site('oslo', 'a-hub'), 100);
    expect([await list.awayOfHub('HUB'), await list.awayOfHub('nobody')]).toEqual([8, 0]);
    await away(oslo, 5);
    expect(await list.awayOfHub('hub')).toBe(10);
  });

  it('are summed over more sites than a page holds', async () => {
    for (let index = 0; index < 4_500; index++) await away(site(`site-${index}`), 1);
    expect(await list.awayOfHub('hub')).toBe(4_500);
  });
});

describe('a row that cannot be read', () => {
  const bad = [
    '{"v":1,"items":7}',
    '',
    '{',
    'null',
    '7',
    '[]',
    '{"v":1}',
    '{"v":1,"dueAtMs":"soon"}',
    '{"place":7,"counts":{}}',
  ];
  const spoil = (key: string, data: string) => rows.commit(partitionOf(oslo), [{ kind: 'put', key, data }]);

  it.each(bad)(
    'of a summary (%j) stands for a site to be looked at now, and is written anew',
    async (data) => {
      await spoil(`s|${formatPlaceKey(oslo)}`, data);
      const listed = [];
      for await (const page of list.all()) listed.push(...page);
      expect(listed).toEqual([{ place: oslo, dueAtMs: 0, needsMessage: false }]);
      await evaluated(oslo, { dueAtMs: 50_000 });
      expect((await dueOf()).summary).toBe(50_000);
    },
  );

  it.each(bad)(
    'of an event (%j) is due at once, may be brought to a moment, and goes with the look',
    async (data) => {
      const key = `t|${formatPlaceKey(oslo)}`;
      await spoil(key, data);
      expect((await dueOf()).touch).toBe(0);
      const listed = [];
      for await (const page of list.all()) listed.push(...page);
      expect(listed).toEqual([{ place: oslo, dueAtMs: 0, needsMessage: false }]);
      await list.touch(oslo, 50_000, 0);
      expect((await dueOf()).touch).toBe(50_000);
      await spoil(key, data);
      await evaluated(oslo, null, 1);
      expect(rows.all()).toEqual([]);
    },
  );

  it.each(bad)('of open incidents (%j) hides those of no other site', async (data) => {
    await evaluated(site('bergen'), { dueAtMs: 1, items: [item('bergen')] });
    await spoil(`o|${formatPlaceKey(oslo)}|00000`, data);
    expect(texts(await list.openItems())).toEqual(['bergen']);
  });

  it('that names no site is passed over', async () => {
    await spoil('s|no site', '{}');
    await spoil('t|no site', '{}');
    for await (const page of list.all()) expect(page).toEqual([]);
  });
});
