import { createHash } from 'node:crypto';
import { deviceKey } from '../device/device.ts';
import { eventsOf, type RecentEvents } from '../device/recentEvents.ts';
import { formatPlaceKey, parsePlaceKey, type SiteKey } from '../directory/placeKey.ts';
import type { DeviceId } from '../events/event.ts';
import { placeTag } from '../incident/ids.ts';
import { readRecent, type StoredRecent, writeRecent } from './deviceRecord.ts';
import { eventShards, eventsPartition, newestFirst, shardOf } from './keys.ts';
import { readRecord, storeFormat } from './readRecord.ts';
import { pagesOf, type Row, type RowStore, type RowWrite } from './rowStore.ts';
import { cut, transactionsOf } from './transactions.ts';

const dayMs = 24 * 60 * 60_000;

/** Days that are asked for side by side. */
const daysAtOnce = 8;

/** With the one row that tells whether more follow, a page of the service. */
const pageRows = 999;

/** A run of events of one device that is complete. */
export type PastRun = {
  readonly place: SiteKey;
  readonly device: DeviceId;
  readonly hubName: string;
  readonly events: RecentEvents;
};

/**
 * Events of devices whose row holds newer ones, a row for each run, by the day of its last event. A run that is written
 * again makes the same row.
 */
export function createDeviceEvents(rows: RowStore) {
  const shard = (tag: string) => eventsPartition(shardOf(tag, eventShards));
  const partitions = Array.from({ length: eventShards }, (_, index) => eventsPartition(index));

  return {
    /** Keeps runs of devices of one site. */
    async keep(
      key: SiteKey,
      runs: readonly { readonly device: DeviceId; readonly hubName: string; readonly events: RecentEvents }[],
    ): Promise<void> {
      const tag = placeTag(key);
      const writes = runs.map(({ device, hubName, events }): RowWrite => {
        const { deviceId, moduleId } = device;
        const record = { v: storeFormat, place: formatPlaceKey(key), deviceId, moduleId, hubName };
        const data = JSON.stringify({ ...record, recent: writeRecent(events) });
        return { kind: 'put', key: `${prefixOf(lastOf(events), tag, device)}${numbered(events.run)}`, data };
      });
      for (const transaction of transactionsOf([writes])) await rows.commit(shard(tag), transaction);
    },

    /**
     * The runs of one device at one site that end at that moment or later, oldest first, up to the first that ends at
     * `enoughMs` or later.
     */
    async ofDevice(
      key: SiteKey,
      device: DeviceId,
      fromMs: number,
      enoughMs: number,
      nowMs: number,
    ): Promise<PastRun[]> {
      const tag = placeTag(key);
      const found: PastRun[] = [];
      for (const days of cut(daysOf(fromMs, nowMs), daysAtOnce)) {
        const parts = await Promise.all(
          days.map((dayStartMs) => {
            const prefix = prefixOf(dayStartMs, tag, device);
            return rows.range(shard(tag), prefix, `${prefix}~`);
          }),
        );
        found.push(...parts.flat().flatMap(readRun));
        if (found.some(({ events }) => lastOf(events) >= enoughMs)) break;
      }
      return byRun(found).filter(({ events }) => lastOf(events) >= fromMs);
    },

    /** All runs that end between these moments, of one site or (null) of all, a day at a time. */
    async *between(key: SiteKey | null, fromMs: number, untilMs: number): AsyncGenerator<PastRun[]> {
      const tag = key && placeTag(key);
      for (const dayStartMs of daysOf(fromMs, untilMs)) {
        const day = newestFirst(dayStartMs);
        const prefix = tag === null ? `${day}|` : `${day}|${tag}|`;
        for (const partition of tag === null ? partitions : [shard(tag)]) {
          for await (const page of pagesOf(rows, partition, prefix, `${prefix}~`)) {
            yield page.flatMap(readRun).filter(({ events }) => lastOf(events) >= fromMs);
          }
        }
      }
    },

    /** Drops the days that ended before that moment; a page of each shard at a time. Answers how many rows. */
    async dropBefore(atMs: number): Promise<number> {
      let dropped = 0;
      const oldest = newestFirst(dayOf(atMs) - dayMs);
      for (const partition of partitions) {
        const page = await rows.page(partition, oldest, '~~~~', pageRows);
        for (const part of cut(page.rows, 100)) {
          const removals = part.map(({ key }): RowWrite => ({ kind: 'remove', key, etag: '*' }));
          const { kind } = await rows.commit(partition, removals);
          // One of them was gone already: then one by one.
          if (kind === 'superseded') for (const removal of removals) await rows.commit(partition, [removal]);
        }
        dropped += page.rows.length;
      }
      return dropped;
    },
  };
}

export type DeviceEvents = ReturnType<typeof createDeviceEvents>;

const dayOf = (atMs: number) => Math.floor(atMs / dayMs) * dayMs;
const numbered = (n: number) => String(Math.trunc(n)).padStart(16, '0');

function daysOf(fromMs: number, untilMs: number): number[] {
  const count = Math.max(0, Math.floor((dayOf(untilMs) - dayOf(fromMs)) / dayMs)) + 1;
  return Array.from({ length: count }, (_, index) => dayOf(fromMs) + index * dayMs);
}

/** Of one length, whatever the device is called. */
function prefixOf(atMs: number, tag: string, device: DeviceId): string {
  const name = createHash('sha256').update(deviceKey(device)).digest('base64url').slice(0, 16);
  return `${newestFirst(dayOf(atMs))}|${tag}|${name}|`;
}

/** Receipt of the last event of a run. */
function lastOf(events: RecentEvents): number {
  return eventsOf(events).at(-1)?.receivedAtMs ?? events.run;
}

/** In order, each run once: one that was written again after it had grown counts as it was written last. */
function byRun(runs: readonly PastRun[]): PastRun[] {
  const longest = new Map<number, PastRun>();
  for (const one of runs) {
    const known = longest.get(one.events.run);
    if (!known || known.events.count < one.events.count) longest.set(one.events.run, one);
  }
  return [...longest.values()].sort((a, b) => a.events.run - b.events.run);
}

function readRun(row: Row): PastRun[] {
  const run = readRecord(row, (value): PastRun | null => {
    const place = parsePlaceKey(value.place);
    const { deviceId, moduleId, hubName } = value;
    if (!place || place.kind === 'hub' || typeof deviceId !== 'string') return null;
    const device: DeviceId = { deviceId, moduleId: typeof moduleId === 'string' ? moduleId : null };
    const name = typeof hubName === 'string' ? hubName : place.hub;
    const events = readRecent(
      { ...device, hubName: name, hubResourceId: null },
      value.recent as StoredRecent,
    );
    return events && { place, device, hubName: name, events };
  });
  return run ? [run] : [];
}
