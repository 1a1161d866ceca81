import { expect, it } from 'vitest';
import { DeviceCache, mostCached } from '../../../src/lib/app/deviceCache.ts';
import type { Device } from '../../../src/lib/device/device.ts';

const entry = (etag: string) => ({ record: {} as Device, recent: null, etag });

it('keeps devices of other partitions apart', () => {
  const cache = new DeviceCache(100);
  cache.put('p', 'a', entry('1'));
  cache.put('q', 'a', entry('2'));
  expect([cache.get('p', 'a')?.etag, cache.get('q', 'a')?.etag, cache.get('p', 'b')]).toEqual([
    '1',
    '2',
    null,
  ]);
});

it('keeps a device and its modules apart', () => {
  const cache = new DeviceCache(100);
  cache.put('p', 'a', entry('1'));
  expect(cache.get('p', 'a/agent')).toBeNull();
  cache.put('p', 'a/agent', entry('2'));
  expect([cache.get('p', 'a')?.etag, cache.get('p', 'a/agent')?.etag]).toEqual(['1', '2']);
});

it('forgets what is dropped', () => {
  const cache = new DeviceCache(100);
  cache.put('p', 'a', entry('1'));
  cache.drop('p', 'a');
  expect(cache.get('p', 'a')).toBeNull();
});

it('forgets the one that was written longest ago when it is full', () => {
  const cache = new DeviceCache(2);
  cache.put('p', 'a', entry('1'));
  cache.put('p', 'b', entry('2'));
  cache.put('p', 'a', entry('3'));
  cache.put('p', 'c', entry('4'));
  expect(['a', 'b', 'c'].map((key) => cache.get('p', key)?.etag ?? null)).toEqual(['3', null, '4']);
});

it.each([
  { instance: 'of 512 MB', heapMiB: 256, devices: 26_843 },
  { instance: 'of 2 GB', heapMiB: 1_024, devices: 107_374 },
  { instance: 'of 4 GB', heapMiB: 2_048, devices: 200_000 },
  { instance: 'with hardly any heap', heapMiB: 64, devices: 20_000 },
])('keeps $devices devices on an instance $instance', ({ heapMiB, devices }) => {
  expect(mostCached(heapMiB * 1_024 * 1_024)).toBe(devices);
});
