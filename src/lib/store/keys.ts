import { deviceKey } from '../device/device.ts';
import { ownSite, type Site, siteById } from '../directory/placeOf.ts';
import type { DeviceId } from '../events/event.ts';
import { hubSite } from '../hubWatch/hubSite.ts';
import type { Rules } from '../policy/rules.ts';

/**
 * Partition of a site of a hub. Hubs, whose names have letters, digits and hyphens, compare without case, sites with
 * case; a device without a site never shares a partition with a configured site of the same id.
 */
export function partitionOf(hubName: string, site: Pick<Site, 'kind' | 'id'>): string {
  return `${hubName.toLowerCase()}|${site.kind}|${site.id}`;
}

/** Whether that is text which names a site of a hub. */
export function isPartition(partition: unknown): partition is string {
  return typeof partition === 'string' && /^[^|]+\|(site|device|hub)\|./s.test(partition);
}

/** The hub (lower case) and site of a partition; null for text that names none. */
export function parsePartition(partition: string, config: Rules): { hub: string; site: Site } | null {
  if (!isPartition(partition)) return null;
  const [hub = '', kind, ...rest] = partition.split('|');
  const id = rest.join('|');
  if (kind === 'hub') return { hub, site: hubSite(config, id) };
  return { hub, site: kind === 'site' ? siteById(config, id) : ownSite(id) };
}

/** Row keys of a site's partition. The kind is the prefix; `x` is history, which evaluations never read. */
export const rowKeys = {
  device: (device: DeviceId) => `d|${deviceKey(device)}`,
  diagnosis: (incidentId: string) => `g|${incidentId}`,
  hubWatch: 'h|',
  incident: (incidentId: string) => `i|${incidentId}`,
  notice: (noticeId: string) => `n|${noticeId}`,
  told: (incidentId: string, receiver: string) => `r|${incidentId}|${receiver}`,
  site: 's|',
  unreadable: (key: string) => `x|u|${key}`,
  pastIncident: (incidentId: string) => `x|i|${incidentId}`,
  pastNotice: (incidentId: string, noticeId: string) => `x|n|${incidentId}|${noticeId}`,
} as const;

/** Everything live in a site's partition. */
export const liveRange = { from: 'd|', to: 'x|' } as const;
export const deviceRange = { from: 'd|', to: 'd}' } as const;
export const pastIncidentRange = { from: 'x|i|', to: 'x|i}' } as const;
export const pastNoticeRange = { from: 'x|n|', to: 'x|n}' } as const;

/** Sites where something is open or due, spread over shards: what the sweep looks at. */
export const activeShards = 4;
export function activePartition(shard: number): string {
  return `|active|${shard}`;
}

export function shardOf(partition: string): number {
  let sum = 0;
  for (let index = 0; index < partition.length; index++) sum = (sum * 31 + partition.charCodeAt(index)) >>> 0;
  return sum % activeShards;
}

/** How many devices of each site are gone, of hubs that are watched; over as many shards. */
export function awayPartition(shard: number): string {
  return `|away|${shard}`;
}

/** Pointers to all incidents, newest first. */
export const incidentIndex = '|incidents';
export function indexKey(openedAtMs: number, incidentId: string): string {
  return `${String(Number.MAX_SAFE_INTEGER - openedAtMs).padStart(16, '0')}|${incidentId}`;
}

export const metaPartition = '|meta';
