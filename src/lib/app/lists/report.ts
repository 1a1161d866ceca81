import { plannedSpans } from '../../control/plannedSpans.ts';
import type { Span } from '../../control/timeInterval.ts';
import { formatPlaceKey, type SiteKey, siteKeyOf } from '../../directory/placeKey.ts';
import type { Site } from '../../directory/placeOf.ts';
import { downtimeOf, lengthMs, united } from '../../incident/downtime.ts';
import type { ReportItem } from '../../pages/reportItem.ts';
import type { PastIncident } from '../../store/history.ts';
import type { App } from '../app.ts';
import { eachAtMost } from '../eachAtMost.ts';
import { siteOfKey } from '../places.ts';
import { findSites, hubsOf, isVisible, type Visible } from './siteItems.ts';

export type ReportQuery = {
  /** The month, in UTC. Milliseconds. */
  readonly within: Span;
  readonly hub: string | null;
  readonly site: Pick<Site, 'kind' | 'id'> | null;
  readonly visible: Visible;
};

const pageSize = 200;
const atOnce = 8;

/** Downtime by site, each site before its devices, the longest first; planned work does not count. */
export async function report(app: App, query: ReportQuery, nowMs: number): Promise<ReportItem[]> {
  const bySite = Map.groupBy(await incidentsOf(app, query), ({ place }) => formatPlaceKey(place));
  const sites = [...bySite.values()].map((found) => rowsOf(app, found, query.within, nowMs));
  return sites
    .filter((rows) => rows.length > 0)
    .sort((a, b) => b[0]!.minutes - a[0]!.minutes || (a[0]!.site.name < b[0]!.site.name ? -1 : 1))
    .flat();
}

function rowsOf(app: App, found: readonly PastIncident[], within: Span, nowMs: number): ReportItem[] {
  const key = found[0]!.place as SiteKey;
  const site = siteOfKey(app.rules, key);
  const hub = found[0]!.file.incident.hubName;
  const planned = plannedSpans(app.rules, hub, site, within);
  const files = found.map(({ file }) => file);
  const devices = [...downtimeOf(files, within, planned, nowMs).values()];
  const named = { hub, site: { id: site.id, name: site.name } };
  const rows = devices.map(({ deviceId, moduleId, spans }): ReportItem => {
    return { ...named, deviceId, moduleId, minutes: minutesOf(spans), outages: spans.length };
  });
  if (rows.length === 0) return [];
  const any = united(devices.flatMap(({ spans }) => spans));
  const own: ReportItem = {
    ...named,
    deviceId: null,
    moduleId: null,
    minutes: minutesOf(any),
    outages: any.length,
  };
  return [own, ...rows.sort((a, b) => b.minutes - a.minutes || (a.deviceId! < b.deviceId! ? -1 : 1))];
}

const minutesOf = (spans: readonly Span[]) => Math.round(lengthMs(spans) / 60_000);

/** The incidents of sites that were open at some moment of the month. */
async function incidentsOf(app: App, { within, hub, site, visible }: ReportQuery): Promise<PastIncident[]> {
  const cards = site === null ? await app.overview.inTrouble() : await findSites(app, site, hub);
  const isAsked = ({ place }: Pick<PastIncident, 'place'>) =>
    place.kind !== 'hub' && isVisible(visible, place) && (hub === null || place.hub === hub.toLowerCase());
  const found: PastIncident[] = [];
  await eachAtMost(atOnce, cards.filter(isAsked), async ({ place, open }) => {
    const stored = open === 0 ? [] : await app.fleet.incidentsStartingWith(place, '');
    found.push(...stored.map(({ file }) => ({ place, file })));
  });
  if (site === null) found.push(...(await pastOfAll(app, within.fromMs)).filter(isAsked));
  else {
    const hubs = hub === null ? await hubsOf(app) : [hub];
    const places = hubs.map((name) => siteKeyOf(name, site)).filter((place) => isAsked({ place }));
    const names = await Promise.all(places.map((place) => app.history.pastOf(place)));
    const wanted = names.flat().filter((name) => app.history.endOf(name) >= within.fromMs);
    await eachAtMost(atOnce, wanted, async (name) => {
      const past = await app.history.pastByKey(name);
      if (past) found.push(past);
    });
  }
  const once = new Map(found.map((one) => [one.file.incident.incidentId, one]));
  return [...once.values()].filter(({ file }) => file.incident.openedAtMs < within.untilMs);
}

async function pastOfAll(app: App, sinceMs: number): Promise<PastIncident[]> {
  const found: PastIncident[] = [];
  let next: string | null = '';
  while (next !== null) {
    const page: Awaited<ReturnType<App['history']['past']>> = await app.history.past(next, pageSize);
    found.push(...page.items);
    const last = page.items.at(-1)?.file.incident.resolvedAtMs ?? Number.POSITIVE_INFINITY;
    next = last < sinceMs ? null : page.next;
  }
  return found;
}
