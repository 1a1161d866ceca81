/**
 * Which site of which hub. `device`: the device is its own site, and `id` its device id; it never shares a key with a
 * listed site of the same id. Hubs compare without case, sites with case.
 */
export type SiteKey = { readonly hub: string; readonly kind: 'site' | 'device'; readonly id: string };

/** A key as one text: `hub|site|id`. Hub names have letters, digits and hyphens alone (Azure's naming rules). */
export function formatSiteKey({ hub, kind, id }: SiteKey): string {
  return `${hub.toLowerCase()}|${kind}|${id}`;
}

/** Reads what `formatSiteKey` wrote, the hub in lower case; null for any other text. */
export function parseSiteKey(text: string): SiteKey | null {
  const [, hub, kind, id] = /^([^|]+)\|(site|device)\|(.+)$/s.exec(text) ?? [];
  return hub && kind && id ? { hub: hub.toLowerCase(), kind: kind as SiteKey['kind'], id } : null;
}
