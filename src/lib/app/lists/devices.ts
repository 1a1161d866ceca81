import { formatPlaceKey, type SiteKey, siteKeyOf } from '../../directory/placeKey.ts';
import { placeOf } from '../../directory/placeOf.ts';
import type { DeviceItem, PhaseFilter } from '../../pages/deviceItem.ts';
import type { SiteCard } from '../../store/siteCard.ts';
import type { App } from '../app.ts';
import { eachAtMost } from '../eachAtMost.ts';
import { deviceItems, fitsFilter, inOrder } from './deviceItems.ts';
import { devicesInTrouble, type Placed } from './devicesInTrouble.ts';
import { devicesByKey, devicesOfSite, openIncidents } from './devicesOfSite.ts';
import { type ListPart, type Part, partOf } from './listPage.ts';
import { findSites, hubsOf, isVisible, type Visible } from './siteItems.ts';

export type DeviceFilter = {
  /** null: all hubs. */
  readonly hub: string | null;
  /** Without it, `q` is a whole device id or `phase` one of `troublePhases`. */
  readonly site: Pick<SiteKey, 'kind' | 'id'> | null;
  readonly q: string | null;
  readonly phase: PhaseFilter | null;
  readonly visible: Visible;
};

/** Sites in trouble of which the devices are put in order together; a larger outage is listed site by site. */
const mostSorted = 200;

/** Devices and modules by id. */
export async function listDevices(
  app: App,
  filter: DeviceFilter,
  part: Part,
  nowMs: number,
): Promise<ListPart<DeviceItem>> {
  const { site, q, phase, hub, visible } = filter;
  if (site !== null) {
    const sites = await sitesOf(app, site, hub);
    const seen = sites.filter(({ key }) => isVisible(visible, key));
    return devicesOfSites(app, seen, filter, part, nowMs);
  }
  if (q !== null) return partOf(await devicesCalled(app, q, filter, nowMs), part);
  if (phase === null) return { items: [], next: null };
  const sites = (await app.overview.inTrouble()).flatMap((card): Listed<SiteCard>[] => {
    const { place } = card;
    if (place.kind === 'hub' || !isVisible(visible, place)) return [];
    return hub === null || place.hub === hub.toLowerCase() ? [{ key: place, card }] : [];
  });
  if (sites.length > mostSorted) return devicesOfSites(app, sites, filter, part, nowMs);
  const { limit } = part;
  const { items, goesOn } = await devicesInTrouble(
    app,
    sites,
    { phase, limit, after: readAt(part.at) },
    nowMs,
  );
  return { items, next: goesOn && JSON.stringify(goesOn) };
}

type Listed<Card> = { readonly key: SiteKey; readonly card: Card };

/** Every hub's site of that name; of a hub that is named also one of which there is no card yet. */
async function sitesOf(
  app: App,
  site: Pick<SiteKey, 'kind' | 'id'>,
  hub: string | null,
): Promise<Listed<SiteCard | null>[]> {
  const cards = await findSites(app, site, hub);
  const listed = cards.flatMap((card) => (card.place.kind === 'hub' ? [] : [{ key: card.place, card }]));
  if (listed.length > 0 || hub === null) return listed.sort((a, b) => (a.key.hub < b.key.hub ? -1 : 1));
  return [{ key: siteKeyOf(hub, site), card: null }];
}

/** The devices of some sites, site by site. */
async function devicesOfSites(
  app: App,
  sites: readonly Listed<SiteCard | null>[],
  { q, phase }: DeviceFilter,
  { limit, at }: Part,
  nowMs: number,
): Promise<ListPart<DeviceItem>> {
  let after = readAt(at);
  const start = after === null ? 0 : sites.findIndex(({ key }) => formatPlaceKey(key) === after?.place);
  const items: DeviceItem[] = [];
  for (const { key, card } of start < 0 ? [] : sites.slice(start)) {
    const place = formatPlaceKey(key);
    // Without anybody of this one the list goes on with it all the same.
    if (items.length === limit)
      return { items, next: JSON.stringify({ place, deviceId: '', moduleId: null }) };
    const context = { rules: app.rules, key, incidents: await openIncidents(app, key, card), nowMs };
    const query = { q, phase, limit: limit - items.length, after };
    const found = await devicesOfSite(app, context, card, query);
    items.push(...found.items);
    if (found.goesOn !== null) {
      const { deviceId, moduleId } = found.goesOn;
      return { items, next: JSON.stringify({ place, deviceId, moduleId }) };
    }
    after = null;
  }
  return { items, next: null };
}

/** A device of this name and its modules, at every hub that is asked for. */
async function devicesCalled(
  app: App,
  deviceId: string,
  { hub, phase, visible }: DeviceFilter,
  nowMs: number,
): Promise<DeviceItem[]> {
  const site = placeOf(app.rules, deviceId);
  const hubs = hub === null ? await hubsOf(app) : [hub.toLowerCase()];
  const items: DeviceItem[] = [];
  await eachAtMost(8, hubs, async (name) => {
    const key = siteKeyOf(name, site);
    if (isVisible(visible, key)) items.push(...(await deviceWithModules(app, key, deviceId, nowMs)));
  });
  return items
    .filter((item) => fitsFilter(item, null, phase))
    .sort((a, b) => (a.hub === b.hub ? inOrder(a, b) : a.hub < b.hub ? -1 : 1));
}

/** A device and its modules. Empty: nothing is known of it. */
export async function deviceWithModules(
  app: App,
  key: SiteKey,
  deviceId: string,
  nowMs: number,
): Promise<DeviceItem[]> {
  const [cards, own, modules] = await Promise.all([
    app.list.cardsOf([key]),
    devicesByKey(app, key, [{ deviceId, moduleId: null }]),
    app.fleet.modulesOf(key, [deviceId]),
  ]);
  if (own.length + modules.length === 0) return [];
  const incidents = await openIncidents(app, key, cards[0] ?? null);
  return deviceItems({ rules: app.rules, key, incidents, nowMs }, [...own, ...modules]).sort(inOrder);
}

function readAt(at: string | null): Placed | null {
  return at === null ? null : (JSON.parse(at) as Placed);
}
