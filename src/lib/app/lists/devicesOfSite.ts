import { type Device, deviceKey } from '../../device/device.ts';
import type { SiteKey } from '../../directory/placeKey.ts';
import type { DeviceId } from '../../events/event.ts';
import type { Incident, Member } from '../../incident/incident.ts';
import type { DeviceItem, PhaseFilter } from '../../pages/deviceItem.ts';
import type { SiteCard } from '../../store/siteCard.ts';
import { cut } from '../../store/transactions.ts';
import type { App } from '../app.ts';
import { type DeviceContext, deviceItems, fitsFilter, inOrder } from './deviceItems.ts';

/** What open incidents tell without a look at every device. */
export const troublePhases: readonly PhaseFilter[] = ['offline', 'recovering', 'flapping'];

/** A site of so many rows is read as a whole, and its list is in order whatever its ids are made of. */
const smallSite = 998;

/** A search through a larger site looks at so many rows, and goes on with the next part. */
const mostSearched = 20_000;
const searchedAtOnce = 999;

/** Devices whose ids fit are read so many at a time. */
const readAtOnce = 100;

/** `goesOn`: the last one that was looked at; null: there are no more. */
export type Found = { readonly items: readonly DeviceItem[]; readonly goesOn: DeviceId | null };

/** What is asked for of the devices of one site. */
export type SiteQuery = {
  readonly q: string | null;
  readonly phase: PhaseFilter | null;
  readonly limit: number;
  /** The last one of the part before; null: the first part. */
  readonly after: DeviceId | null;
};

/** The devices of one site. @param card null: there is none yet */
export async function devicesOfSite(
  app: App,
  context: DeviceContext,
  card: SiteCard | null,
  query: SiteQuery,
): Promise<Found> {
  const { q, phase, limit, after } = query;
  const fits = (item: DeviceItem) =>
    fitsFilter(item, q, phase) && (after === null || inOrder(item, after) > 0);
  if ((card?.known ?? 0) <= smallSite) {
    const all = await app.fleet.devicePage(context.key, null, smallSite);
    if (all.next === null) return cutAt(limit, deviceItems(context, all.devices).filter(fits).sort(inOrder));
  }
  if (phase !== null && troublePhases.includes(phase)) {
    return membersOfSite(app, context, fits, limit);
  }
  return searchSite(app, context, card?.modules ?? false, query);
}

function cutAt(limit: number, items: readonly DeviceItem[]): Found {
  return { items: items.slice(0, limit), goesOn: items.length > limit ? items[limit - 1]! : null };
}

/** The members of the open incidents of a site, each read by its key. */
async function membersOfSite(
  app: App,
  context: DeviceContext,
  fits: (item: DeviceItem) => boolean,
  limit: number,
): Promise<Found> {
  const members = membersInTrouble(context.incidents).sort(inOrder);
  const items: DeviceItem[] = [];
  for (let start = 0; start < members.length && items.length <= limit; start += limit) {
    const devices = await devicesByKey(app, context.key, members.slice(start, start + limit));
    items.push(...deviceItems(context, devices).filter(fits).sort(inOrder));
  }
  return cutAt(limit, items);
}

/** Goes through a large site in the order of its keys, from where the part before ended. */
async function searchSite(
  app: App,
  context: DeviceContext,
  hasModules: boolean,
  { q, phase, limit, after }: SiteQuery,
): Promise<Found> {
  const { key } = context;
  const rows = q === null && phase === null ? limit + 1 : searchedAtOnce;
  const items = new Map<string, DeviceItem>();
  const take = async (own: readonly Device[], ids: readonly string[]) => {
    // Only modules break the order of the keys: each goes with its device.
    const modules = hasModules && ids.length > 0 ? await app.fleet.modulesOf(key, ids) : [];
    for (const item of deviceItems(context, [...own, ...modules]).sort(inOrder)) {
      const isBefore = after !== null && item.deviceId === after.deviceId && inOrder(item, after) <= 0;
      if (!isBefore && fitsFilter(item, q, phase)) items.set(deviceKey(item), item);
    }
  };
  let from = after === null ? null : app.fleet.deviceOrder(after.deviceId);
  for (let looked = 0; ; ) {
    const page = q === null ? await wholePage(app, key, from, rows) : await idPage(app, key, q, from, rows);
    looked += page.looked;
    for (const part of page.parts) {
      if (items.size > limit) break;
      await take(await part.own(), part.ids);
    }
    if (items.size > limit || page.next === null) return cutAt(limit, [...items.values()]);
    if (looked >= mostSearched && page.last !== null) {
      return { items: [...items.values()], goesOn: { deviceId: page.last, moduleId: null } };
    }
    from = page.next;
  }
}

/** Some rows of a site that were looked at, in parts that are shown one after the other. */
type Looked = {
  readonly parts: readonly { readonly own: () => Promise<Device[]>; readonly ids: readonly string[] }[];
  readonly looked: number;
  /** The device of the last row; null: there was none. */
  readonly last: string | null;
  readonly next: string | null;
};

async function wholePage(app: App, key: SiteKey, from: string | null, rows: number): Promise<Looked> {
  const { devices, next } = await app.fleet.devicePage(key, from, rows);
  const own = devices.filter(({ moduleId }) => moduleId === null);
  const ids = [...new Set(devices.map(({ deviceId }) => deviceId))];
  const last = devices.at(-1)?.deviceId ?? null;
  return { parts: [{ own: async () => own, ids }], looked: devices.length, last, next };
}

/** Of devices that are looked for by a part of their ids only the ids are read, until some fit. */
async function idPage(app: App, key: SiteKey, q: string, from: string | null, rows: number): Promise<Looked> {
  const { ids, next } = await app.fleet.deviceIdPage(key, from, rows);
  const wanted = q.toLowerCase();
  const fitting = [...new Set(ids.map(({ deviceId }) => deviceId))].filter((deviceId) =>
    deviceId.toLowerCase().includes(wanted),
  );
  const parts = cut(fitting, readAtOnce).map((part) => ({
    ids: part,
    own: () =>
      devicesByKey(
        app,
        key,
        part.map((deviceId) => ({ deviceId, moduleId: null })),
      ),
  }));
  return { parts, looked: ids.length, last: ids.at(-1)?.deviceId ?? null, next };
}

/** Devices by their ids; those that are gone are left out. */
export async function devicesByKey(app: App, key: SiteKey, ids: readonly DeviceId[]): Promise<Device[]> {
  const read = await app.fleet.devices(key, ids);
  return [...read.values()].map(({ record }) => record);
}

/** Who is down or flaps by these incidents, each once. */
export function membersInTrouble(incidents: readonly Incident[]): Member[] {
  const members = new Map<string, Member>();
  for (const incident of incidents) {
    for (const [key, member] of incident.members) {
      if (member.state === 'down' || member.state === 'flapping') members.set(key, member);
    }
  }
  return [...members.values()];
}

/** The open incidents of a site; without a card that names one there is none. */
export async function openIncidents(app: App, key: SiteKey, card: SiteCard | null): Promise<Incident[]> {
  if (card === null || card.open === 0) return [];
  const files = await app.fleet.incidentsStartingWith(key, '');
  return files.map(({ file }) => file.incident).filter(({ status }) => status === 'open');
}
