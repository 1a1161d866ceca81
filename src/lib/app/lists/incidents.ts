import { type PlaceKey, siteKeyOf } from '../../directory/placeKey.ts';
import { placeOf, type Site } from '../../directory/placeOf.ts';
import type { Incident } from '../../incident/incident.ts';
import type { IncidentView } from '../../pages/incidentView.ts';
import type { PastIncident } from '../../store/history.ts';
import type { SiteCard } from '../../store/siteCard.ts';
import type { App } from '../app.ts';
import { eachAtMost } from '../eachAtMost.ts';
import { viewOf } from '../openItems.ts';
import type { ListPart, Part } from './listPage.ts';
import { hubsOf, isVisible, type Visible } from './siteItems.ts';

export type IncidentFilter = {
  /** null: any. */
  readonly status: 'open' | 'resolved' | null;
  readonly hub: string | null;
  readonly site: Pick<Site, 'kind' | 'id'> | null;
  /** It is or was part of the incident, itself or by a module. */
  readonly device: string | null;
  /** Incidents that were open at some moment between the two; null: no bound. Milliseconds. */
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
  readonly visible: Visible;
};

/** One answer looks at so many past incidents for those that are asked for, and goes on with the next part. */
const mostSearched = 2_000;
const searchedAtOnce = 200;
const readAtOnce = 16;

/** Incidents: the open ones, the newest first, then those that are over, the newest end first. */
export async function listIncidents(
  app: App,
  filter: IncidentFilter,
  { limit, at }: Part,
): Promise<ListPart<IncidentView>> {
  const items: IncidentView[] = [];
  const places = await placesOf(app, filter);
  if (filter.status !== 'resolved' && !at?.startsWith(past)) {
    const open = await openIncidents(app, filter, places, { limit, at });
    items.push(...open.items);
    if (open.next !== null) return { items, next: open.next };
  }
  if (filter.status === 'open') return { items, next: null };
  const from = at?.startsWith(past) ? at.slice(past.length) : '';
  const left = limit - items.length;
  if (left === 0) return { items, next: past };
  const over =
    places === null
      ? await pastOfAll(app, filter, from, left)
      : await pastOf(app, filter, places, from, left);
  items.push(...over.items.map(({ place, file }) => viewOf(app, place, file)));
  return { items, next: over.next === null ? null : `${past}${over.next}` };
}

const past = 'past|';

/** Where the incidents that are asked for lie; null: anywhere. */
async function placesOf(app: App, { hub, site, device }: IncidentFilter): Promise<PlaceKey[] | null> {
  const wanted = site ?? (device === null ? null : placeOf(app.rules, device));
  if (wanted === null) return null;
  const hubs = hub === null ? await hubsOf(app) : [hub];
  return hubs.map((name) => siteKeyOf(name, wanted));
}

function isAsked({ hub, visible }: IncidentFilter, place: PlaceKey): boolean {
  return isVisible(visible, place) && (hub === null || place.hub === hub.toLowerCase());
}

type Open = { readonly place: PlaceKey; readonly incidentId: string; readonly openedAtMs: number };

async function openIncidents(
  app: App,
  filter: IncidentFilter,
  places: readonly PlaceKey[] | null,
  { limit, at }: Part,
): Promise<ListPart<IncidentView>> {
  const cards = places === null ? await app.overview.inTrouble() : await app.list.cardsOf(places);
  const asked = cards.filter(({ place, open }) => open > 0 && isAsked(filter, place));
  const all: Open[] = [];
  await eachAtMost(readAtOnce, asked, async (card) => void all.push(...(await openOf(app, card, filter))));
  const after = at === null ? null : readAfter(at);
  const ordered = all
    .filter(({ openedAtMs }) => filter.untilMs === null || openedAtMs <= filter.untilMs)
    .sort(byOpening)
    .filter((one) => after === null || byOpening(one, after) > 0);
  const shown = ordered.slice(0, limit);
  const items = new Map<string, IncidentView>();
  await eachAtMost(readAtOnce, [...Map.groupBy(shown, ({ place }) => place).keys()], async (place) => {
    for (const item of (await app.list.openItemsOf(place)) as IncidentView[])
      items.set(item.incidentId, item);
  });
  const last = shown.at(-1);
  return {
    items: shown.flatMap(({ incidentId }) => items.get(incidentId) ?? []),
    next: ordered.length > limit && last ? `${last.openedAtMs}|${last.incidentId}` : null,
  };
}

function readAfter(at: string): Pick<Open, 'openedAtMs' | 'incidentId'> {
  const [openedAtMs, incidentId = ''] = at.split('|');
  return { openedAtMs: Number(openedAtMs), incidentId };
}

function byOpening(
  a: Pick<Open, 'openedAtMs' | 'incidentId'>,
  b: Pick<Open, 'openedAtMs' | 'incidentId'>,
): number {
  if (a.openedAtMs !== b.openedAtMs) return b.openedAtMs - a.openedAtMs;
  return a.incidentId < b.incidentId ? -1 : a.incidentId > b.incidentId ? 1 : 0;
}

/** The open incidents of one place; which of them a device takes part in only they know, and all of very many. */
async function openOf(app: App, card: SiteCard, { device }: IncidentFilter): Promise<Open[]> {
  const { place } = card;
  if (device === null && card.open <= card.incidents.length) {
    return card.incidents.map(({ incidentId, openedAtMs }) => ({ place, incidentId, openedAtMs }));
  }
  const files = await app.fleet.incidentsStartingWith(place, '');
  return files
    .map(({ file }) => file.incident)
    .filter((incident) => incident.status === 'open' && hasDevice(incident, device))
    .map(({ incidentId, openedAtMs }) => ({ place, incidentId, openedAtMs }));
}

function hasDevice({ members }: Incident, device: string | null): boolean {
  return device === null || [...members.values()].some(({ deviceId }) => deviceId === device);
}

type Past = { readonly items: readonly PastIncident[]; readonly next: string | null };

function fits(filter: IncidentFilter, { place, file: { incident } }: PastIncident): boolean {
  const { sinceMs, untilMs, device } = filter;
  if (!isAsked(filter, place) || !hasDevice(incident, device)) return false;
  if (untilMs !== null && incident.openedAtMs > untilMs) return false;
  return sinceMs === null || (incident.resolvedAtMs ?? incident.openedAtMs) >= sinceMs;
}

/** Goes through the history, newest end first, as far as `since`. */
async function pastOfAll(app: App, filter: IncidentFilter, from: string, limit: number): Promise<Past> {
  const { sinceMs, untilMs, hub, visible } = filter;
  const all = sinceMs === null && untilMs === null && hub === null && visible === null;
  const items: PastIncident[] = [];
  let next: string | null = from;
  for (let looked = 0; next !== null && items.length < limit && looked < mostSearched; ) {
    const left = limit - items.length;
    const page: Past = await app.history.past(next, all ? left : Math.min(left, searchedAtOnce));
    items.push(...page.items.filter((one) => fits(filter, one)));
    looked += page.items.length;
    const last = page.items.at(-1)?.file.incident;
    const isOlder = sinceMs !== null && last && (last.resolvedAtMs ?? 0) < sinceMs;
    next = isOlder ? null : page.next;
  }
  return { items, next };
}

/** The past incidents of a few places, by the names that each place has of them. */
async function pastOf(
  app: App,
  filter: IncidentFilter,
  places: readonly PlaceKey[],
  from: string,
  limit: number,
): Promise<Past> {
  const names: string[] = [];
  await eachAtMost(
    readAtOnce,
    places,
    async (place) => void names.push(...(await app.history.pastOf(place))),
  );
  const { sinceMs } = filter;
  const wanted = names
    .sort()
    .filter((name) => name > from && (sinceMs === null || app.history.endOf(name) >= sinceMs));
  const items: PastIncident[] = [];
  let start = 0;
  while (start < wanted.length && items.length < limit && start < mostSearched) {
    const wave = wanted.slice(start, start + limit - items.length);
    start += wave.length;
    const read = new Map<string, PastIncident | null>();
    await eachAtMost(
      readAtOnce,
      wave,
      async (name) => void read.set(name, await app.history.pastByKey(name)),
    );
    items.push(...wave.flatMap((name) => read.get(name) ?? []).filter((one) => fits(filter, one)));
  }
  return { items, next: start < wanted.length ? (wanted[start - 1] ?? null) : null };
}
