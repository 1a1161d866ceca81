import { deviceKey } from '../device/device.ts';
import { formatPlaceKey, type PlaceKey } from '../directory/placeKey.ts';
import type { DeviceId } from '../events/event.ts';

/** Everything live about a site, or about a hub's own count, lies in one partition. */
export function partitionOf(place: PlaceKey): string {
  return formatPlaceKey(place);
}

const number = (n: number) => String(n).padStart(5, '0');

/**
 * Row keys of a place's partition. The kind is the prefix. The guard comes first, so that it is the oldest thing that a
 * read in pages has seen.
 */
export const rowKeys = {
  guard: 'a|',
  device: (device: DeviceId) => `d|${deviceKey(device)}`,
  /** What was noted about incidents of the place, for those to come. */
  notes: 'f|',
  hubWatch: 'h|',
  /** The head of an incident's file; its members and the older parts of its story follow under the same prefix. */
  incident: (incidentId: string) => `i|${incidentId}`,
  members: (incidentId: string, chunk: number) => `i|${incidentId}|m|${number(chunk)}`,
  story: (incidentId: string, chunk: number) => `i|${incidentId}|t|${number(chunk)}`,
  unreadable: (key: string) => `x|u|${key}`,
} as const;

/** What an evaluation reads. */
export const liveRange = { from: 'a|', to: 'j|' } as const;

export const deviceRange = { from: 'd|', to: 'd}' } as const;

/** The device or module of a row under `d|`: neither id has a slash (docs/platform.md). */
export function deviceOfKey(key: string): DeviceId {
  const [deviceId = '', moduleId = null] = key.slice(deviceRange.from.length).split('/');
  return { deviceId, moduleId };
}

/** All rows of one incident. */
export function incidentRange(incidentId: string) {
  return { from: rowKeys.incident(incidentId), to: `${rowKeys.incident(incidentId)}}` };
}

/** Which incident a row under `i|` is of. */
export function incidentIdOfKey(key: string): string {
  return key.split('|')[1] ?? '';
}

/** Lists over all sites are cut into shards, each a partition: no one partition takes the writes of a whole fleet. */
export const listShards = 4;
export const placeShards = 16;
export const historyShards = 8;
export const eventShards = 4;

export const knownPartition = (shard: number) => `|known|${shard}`;
export const listPartition = (shard: number) => `|sites|${shard}`;
export const placesPartition = (shard: number) => `|places|${shard}`;
export const historyPartition = (shard: number) => `|history|${shard}`;
export const noticesPartition = (shard: number) => `|notices|${shard}`;
/** Events of devices that are no longer in the device's row. */
export const eventsPartition = (shard: number) => `|events|${shard}`;
export const receiversPartition = '|receivers';
export const limitsPartition = '|limits';
/** Notices of a receiver that wait for its limit. */
export const waitingPartition = (receiver: string) => `|waiting|${receiver}`;
export const announcementsPartition = '|announcements';
export const logsPartition = '|logs';
export const dueQuestionsPartition = (hub: string) => `|logs|${hub.toLowerCase()}`;
/** Versions of the rules by which something was decided. */
export const rulesPartition = '|rules';
export const metaPartition = '|meta';
/** Forms of links' pages that were pressed. */
export const pressesPartition = '|presses';
/** Hubs whose events have come. */
export const hubsPartition = '|hubs';
export const controlsPartition = '|controls';

/** The head comes first: it is as old as anything that a read in pages has seen. */
export const controlKeys = { head: 'a|', control: (id: string) => `c|${id}` } as const;
export const controlRange = { from: 'a|', to: 'd|' } as const;

export function shardOf(text: string, shards: number): number {
  let sum = 0;
  for (let index = 0; index < text.length; index++) sum = (sum * 31 + text.charCodeAt(index)) >>> 0;
  return sum % shards;
}

/** Rows under such a key are ordered newest first. */
export function newestFirst(atMs: number): string {
  return String(Number.MAX_SAFE_INTEGER - Math.trunc(atMs)).padStart(16, '0');
}
