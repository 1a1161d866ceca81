import { expect, it } from 'vitest';
import { ownSite, siteById } from '../../../src/lib/directory/placeOf.ts';
import { hubSite } from '../../../src/lib/hubWatch/hubSite.ts';
import {
  activeShards,
  deviceRange,
  indexKey,
  liveRange,
  parsePartition,
  partitionOf,
  rowKeys,
  shardOf,
} from '../../../src/lib/store/keys.ts';
import { configOf, osloConfig } from '../../support/configOf.ts';
import { start } from '../../support/events.ts';

const config = configOf(osloConfig);

it.each([
  { hub: 'Hub-Fleet-01', site: siteById(config, 'oslo') },
  { hub: 'hub', site: siteById(config, 'a|b#c') },
  { hub: 'hub', site: ownSite("a#b?c%d|'") },
  { hub: 'hub', site: hubSite(config, 'hub') },
])('the partition of $site.id of $hub is read back', ({ hub, site }) => {
  expect(parsePartition(partitionOf(hub, site), config)).toEqual({ hub: hub.toLowerCase(), site });
});

it.each(['', 'hub', 'hub|site', 'hub|site|', '|site|oslo', 'hub|plant|oslo', 'undefined', '[object Object]'])(
  '%j names no site',
  (text) => {
    expect(parsePartition(text, config)).toBeNull();
  },
);

it('takes a hub’s name as it is, and never throws', () => {
  expect(parsePartition('%E0%A4%A|site|oslo', config)).toMatchObject({ hub: '%E0%A4%A' });
});

it('reads what lives, and never the history', () => {
  const id = { deviceId: '~', moduleId: null };
  const live = [rowKeys.device(id), rowKeys.diagnosis('i'), rowKeys.incident('i'), rowKeys.notice('n')];
  for (const key of [...live, rowKeys.told('i', 'r'), rowKeys.site, rowKeys.hubWatch]) {
    expect(key >= liveRange.from && key < liveRange.to).toBe(true);
  }
  for (const key of [rowKeys.pastIncident('i'), rowKeys.pastNotice('i', 'n')]) {
    expect(key >= liveRange.from && key < liveRange.to).toBe(false);
  }
  expect(rowKeys.device(id) >= deviceRange.from && rowKeys.device(id) < deviceRange.to).toBe(true);
});

it('keeps a module apart from its device', () => {
  expect(rowKeys.device({ deviceId: 'gw', moduleId: 'x' })).not.toBe(
    rowKeys.device({ deviceId: 'gw', moduleId: null }),
  );
});

it('orders the pointers to incidents newest first', () => {
  const keys = [indexKey(start, 'a'), indexKey(start + 1, 'b'), indexKey(start + 86_400_000, 'c')];
  expect([...keys].sort()).toEqual([...keys].reverse());
});

it('spreads sites over all shards, each always to the same', () => {
  const shards = Array.from({ length: 200 }, (_, index) => shardOf(`hub|site|plant-${index}`));
  expect(new Set(shards)).toEqual(new Set(Array.from({ length: activeShards }, (_, shard) => shard)));
  expect(shardOf('hub|site|plant-7')).toBe(shards[7]);
});
