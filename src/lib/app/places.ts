import type { PlaceKey, SiteKey } from '../directory/placeKey.ts';
import { ownSite, type Site, siteById } from '../directory/placeOf.ts';
import type { Rules } from '../policy/rules.ts';
import { watchedHub } from '../policy/watchedHub.ts';

/** The site of a key, as the rules name it. */
export function siteOfKey(rules: Rules, { kind, id }: SiteKey): Site {
  return kind === 'site' ? siteById(rules, id) : ownSite(id);
}

/** A hub as readers of its own count's incidents know it. */
export function hubAsSite(rules: Rules, hub: string): Site {
  return { kind: 'site', id: hub.toLowerCase(), name: watchedHub(rules, hub)?.name ?? hub, timeZone: 'UTC' };
}

/** What readers are told that an incident is of. */
export function siteForReaders(rules: Rules, key: PlaceKey): Site {
  return key.kind === 'hub' ? hubAsSite(rules, key.hub) : siteOfKey(rules, key);
}
