import type { Site } from './placeOf.ts';

/** Names a site of a hub; the hub in lower case, for hubs compare without case and sites with case. */
export type SiteKey = { readonly hub: string; readonly kind: Site['kind']; readonly id: string };

/** What one evaluation looks at: a site of a hub, or the hub's own count of connections. */
export type PlaceKey = SiteKey | { readonly hub: string; readonly kind: 'hub' };

export function siteKeyOf(hubName: string, { kind, id }: Pick<Site, 'kind' | 'id'>): SiteKey {
  return { hub: hubName.toLowerCase(), kind, id };
}

/**
 * A key as one text: `hub|site|oslo`, `hub|device|own-1`, `hub|hub|hub`. A device that is its own site never shares a
 * key with a listed site of the same id. Hub names have letters, digits and hyphens alone (Azure's naming rules).
 */
export function formatPlaceKey(key: PlaceKey): string {
  const hub = key.hub.toLowerCase();
  return `${hub}|${key.kind}|${key.kind === 'hub' ? hub : key.id}`;
}

/** Reads what `formatPlaceKey` wrote; null for any other text. */
export function parsePlaceKey(text: unknown): PlaceKey | null {
  const [, hub, kind, id] =
    (typeof text === 'string' && /^([^|]+)\|(site|device|hub)\|(.+)$/s.exec(text)) || [];
  if (!hub || !id) return null;
  if (kind === 'hub') return { hub: hub.toLowerCase(), kind };
  return { hub: hub.toLowerCase(), kind: kind as Site['kind'], id };
}
