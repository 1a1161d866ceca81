import type { App } from '../app/app.ts';
import { type FleetLine, lineOf } from '../app/lists/overview.ts';
import { listSites, siteItem, type Visible } from '../app/lists/siteItems.ts';
import { siteForReaders } from '../app/places.ts';
import type { IncidentView } from '../pages/incidentView.ts';
import type { Trail } from './paging.ts';
import type { Reading } from './shell.ts';
import type { SitesView } from './sitesPage.ts';

const sitesOnPage = 50;

/** Of whoever may see only some sites: more than a list of access names. */
const mostOwn = 1_000;
const mostHubs = 10;

/** Sites are counted for the first time while the page is made: a large fleet takes longer, and the page says so. */
const countedWithinMs = 100;

/** The sites by trouble, as far as somebody may see them. */
export async function sitesViewOf(
  app: App,
  asked: { readonly q: string; readonly list: string; readonly trail: Trail },
  visible: Visible,
  reading: Reading,
): Promise<SitesView> {
  const filter = { q: asked.q === '' ? null : asked.q, hub: null, visible };
  const [fleet, sites, hubs] = await Promise.all([
    fleetOf(app, visible),
    listSites(app, filter, { limit: sitesOnPage, at: asked.trail.at(-1) ?? null }),
    visible === null ? hubsInTrouble(app) : [],
  ]);
  return {
    reading,
    ...asked,
    fleet,
    hubs,
    sites: sites.items.map((card) => ({
      item: siteItem(app.rules, card),
      site: siteForReaders(app.rules, card.place),
    })),
    next: sites.next,
  };
}

async function fleetOf(app: App, visible: Visible): Promise<FleetLine | null> {
  if (visible === null) return app.overview.line(countedWithinMs);
  const own = await listSites(app, { q: null, hub: null, visible }, { limit: mostOwn, at: null });
  return lineOf(own.items);
}

async function hubsInTrouble(app: App): Promise<SitesView['hubs']> {
  const cards = (await app.overview.inTrouble())
    .filter(({ place }) => place.kind === 'hub')
    .slice(0, mostHubs);
  if (cards.length === 0) return [];
  const ids = new Set(cards.flatMap(({ incidents }) => incidents.map(({ incidentId }) => incidentId)));
  const found = await Promise.all(cards.map(({ place }) => app.list.openItemsOf(place)));
  return (found.flat() as IncidentView[]).filter(({ incidentId }) => ids.has(incidentId));
}
