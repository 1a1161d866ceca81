import { describe, expect, it } from 'vitest';
import { formatPlaceKey, parsePlaceKey, siteKeyOf } from '../../../src/lib/directory/placeKey.ts';
import { ownSite, siteById } from '../../../src/lib/directory/placeOf.ts';
import { encodeKey } from '../../../src/lib/store/encodeKey.ts';
import {
  deviceRange,
  incidentIdOfKey,
  incidentRange,
  listShards,
  liveRange,
  newestFirst,
  partitionOf,
  rowKeys,
  shardOf,
} from '../../../src/lib/store/keys.ts';
import { configOf, osloConfig } from '../../support/configOf.ts';
import { start } from '../../support/events.ts';

const config = configOf(osloConfig);
const id = { deviceId: '~', moduleId: null };
const isIn = (key: string, { from, to }: { from: string; to: string }) =>
  encodeKey(key) >= encodeKey(from) && encodeKey(key) < encodeKey(to);

it.each([
  siteKeyOf('Hub-Fleet-01', siteById(config, 'oslo')),
  siteKeyOf('hub', siteById(config, 'a|b#c')),
  siteKeyOf('hub', ownSite("a#b?c%d|'\n")),
  { hub: 'hub', kind: 'hub' } as const,
])('the partition of %j is read back', (key) => {
  expect(parsePlaceKey(partitionOf(key))).toEqual(key);
});

it('a hub is one, however its name is written', () => {
  expect(partitionOf({ hub: 'Hub', kind: 'hub' })).toBe(partitionOf({ hub: 'hub', kind: 'hub' }));
  expect(parsePlaceKey('HUB|site|oslo')).toEqual({ hub: 'hub', kind: 'site', id: 'oslo' });
});

it.each(['', 'hub', 'hub|site', 'hub|site|', '|site|oslo', 'hub|plant|oslo', 'undefined', '[object Object]'])(
  '%j names no site',
  (text) => {
    expect(parsePlaceKey(text)).toBeNull();
  },
);

it('takes a hub’s name as it is, and never throws', () => {
  expect(parsePlaceKey('%E0%A4%A|site|oslo')).toMatchObject({ hub: '%e0%a4%a' });
  expect(formatPlaceKey({ hub: '%e0%a4%a', kind: 'site', id: 'oslo' })).toBe('%e0%a4%a|site|oslo');
});

describe('the rows of a place', () => {
  const incidentId = `inc_${'a'.repeat(28)}`;
  const others = [`inc_${'a'.repeat(27)}b`, `inc_${'a'.repeat(27)}-`, `inc_${'a'.repeat(27)}~`];
  const ofIncident = [
    rowKeys.incident(incidentId),
    rowKeys.members(incidentId, 0),
    rowKeys.story(incidentId, 99_999),
  ];
  const live = [rowKeys.guard, rowKeys.device(id), rowKeys.hubWatch, ...ofIncident];

  it.each(live)('%s is read by an evaluation', (key) => {
    expect(isIn(key, liveRange)).toBe(true);
  });

  it('that were set aside are not', () => {
    for (const key of live) expect(isIn(rowKeys.unreadable(key), liveRange)).toBe(false);
  });

  it('begin with the guard: what a read in pages sees first is what it may decide by', () => {
    expect(live.map(encodeKey).sort()[0]).toBe(encodeKey(rowKeys.guard));
  });

  it('are devices in one range, and nothing else', () => {
    expect(live.filter((key) => isIn(key, deviceRange))).toEqual([rowKeys.device(id)]);
  });

  it('of one incident lie together, the head first, apart from those of others', () => {
    expect(ofIncident.map(encodeKey)).toEqual(ofIncident.map(encodeKey).sort());
    for (const key of ofIncident) {
      expect(isIn(key, incidentRange(incidentId))).toBe(true);
      for (const other of others) expect(isIn(key, incidentRange(other))).toBe(false);
      expect(incidentIdOfKey(key)).toBe(incidentId);
    }
  });
});

it('keeps a module apart from its device', () => {
  expect(rowKeys.device({ deviceId: 'gw', moduleId: 'x' })).not.toBe(
    rowKeys.device({ deviceId: 'gw', moduleId: null }),
  );
});

it('orders lists of the past newest first', () => {
  const keys = [start, start + 1, start + 86_400_000].map(newestFirst);
  expect([...keys].sort()).toEqual([...keys].reverse());
});

it('spreads sites over all shards, each always to the same', () => {
  const shards = Array.from({ length: 200 }, (_, index) => shardOf(`hub|site|plant-${index}`, listShards));
  expect(new Set(shards)).toEqual(new Set(Array.from({ length: listShards }, (_, shard) => shard)));
  expect(shardOf('hub|site|plant-7', listShards)).toBe(shards[7]);
});
