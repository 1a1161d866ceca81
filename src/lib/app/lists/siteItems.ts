import { type Access, maySee } from '../../access/access.ts';
import type { PlaceKey, SiteKey } from '../../directory/placeKey.ts';
import { iso } from '../../pages/deviceView.ts';
import type { SiteItem } from '../../pages/siteItem.ts';
import type { Rules } from '../../policy/rules.ts';
import { type SiteCard, worstOf } from '../../store/siteCard.ts';
import type { App } from '../app.ts';
import { siteForReaders } from '../places.ts';
import { type ListPart, type Part, partOf } from './listPage.ts';

export function siteItem(rules: Rules, card: SiteCard): SiteItem {
  const { place, known, offline, flapping, silenced, sinceMs } = card;
  const { id, name } = siteForReaders(rules, place);
  return {
    hub: card.hubName,
    site: { id, name },
    severity: worstOf(card),
    counts: {
      known,
      online: Math.max(0, known - offline - flapping - silenced),
      offline,
      flapping,
      silenced,
    },
    since: sinceMs === null ? null : iso(sinceMs),
    incidents: card.incidents.map(({ incidentId }) => incidentId),
  };
}

/** Whoever may see only some sites; null: all. Ids of sites, as `access` has them. */
export type Visible = Access['sites'];

export function isVisible(sites: Visible, place: PlaceKey): boolean {
  return maySee({ sites }, place);
}

/** The sites that are asked for; null: any. `q` is a part of the id or the name, without regard to case. */
export type SiteFilter = {
  readonly q: string | null;
  readonly hub: string | null;
  readonly visible: Visible;
};

/** Sites by trouble: critical, warning, info, then those that are well; of a kind the longest first, then by name. */
export async function listSites(app: App, filter: SiteFilter, part: Part): Promise<ListPart<SiteCard>> {
  const fits = fitsOf(filter);
  if (filter.visible !== null) {
    const hubs = filter.hub === null ? await hubsOf(app) : [filter.hub.toLowerCase()];
    const keys = hubs.flatMap((hub) =>
      [...filter.visible!].map((id) => ({ hub, kind: 'site', id }) as const),
    );
    const cards = (await app.list.cardsOf(keys)).filter(fits);
    return partOf(cards.sort(app.list.byTrouble), part);
  }
  const searches = filter.q !== null || filter.hub !== null;
  return searches ? search(app, fits, part) : firstOf(app, fits, part);
}

/** The sites of a hub, or those that somebody looks for, in the order of all. */
async function search(app: App, fits: (card: SiteCard) => boolean, part: Part): Promise<ListPart<SiteCard>> {
  const { limit, at } = part;
  const looked = await app.overview.searched(at);
  const found = looked.cards.filter(fits);
  const following = found[limit];
  const next = following ? app.list.orderOf(following) : looked.next;
  return { items: found.slice(0, limit), next };
}

/** All sites; what is left out, hubs' own counts, is little. */
async function firstOf(
  app: App,
  fits: (card: SiteCard) => boolean,
  { limit, at }: Part,
): Promise<ListPart<SiteCard>> {
  const items: SiteCard[] = [];
  let next = at;
  do {
    const page = await app.overview.page(next, limit - items.length);
    items.push(...page.cards.filter(fits));
    next = page.next;
  } while (next !== null && items.length < limit);
  return { items, next };
}

function fitsOf({ q, hub, visible }: SiteFilter): (card: SiteCard) => boolean {
  const wanted = q?.toLowerCase() ?? null;
  return ({ place, name }) => {
    if (place.kind === 'hub' || !isVisible(visible, place)) return false;
    if (hub !== null && place.hub !== hub.toLowerCase()) return false;
    return wanted === null || `${place.id}\n${name}`.toLowerCase().includes(wanted);
  };
}

/** The cards of a site; one for each hub that has it. @param hub null: any */
export async function findSites(
  app: App,
  site: Pick<SiteKey, 'kind' | 'id'>,
  hub: string | null,
): Promise<SiteCard[]> {
  const hubs = hub === null ? await hubsOf(app) : [hub];
  return app.list.cardsOf(hubs.map((name) => ({ ...site, hub: name.toLowerCase() })));
}

/** Names of all hubs in lower case, whose events have come or which are watched. */
export async function hubsOf(app: App): Promise<string[]> {
  const seen = await app.hubs.all();
  const names = [...seen.map(({ hubName }) => hubName), ...app.rules.hubs.map(({ name }) => name)];
  return [...new Set(names.map((name) => name.toLowerCase()))].sort();
}
