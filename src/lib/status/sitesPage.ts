import { sitePath } from '../api/paths.ts';
import type { FleetLine } from '../app/lists/overview.ts';
import type { SiteItem } from '../app/lists/siteItems.ts';
import type { Site } from '../directory/placeOf.ts';
import { type Html, html } from '../notify/html.ts';
import { clockOf } from '../notify/words/clock.ts';
import { durationInWords } from '../notify/words/durationInWords.ts';
import type { Page } from '../pages/html/layout.ts';
import { pager, type Trail } from './paging.ts';
import { type Reading, statusPage } from './shell.ts';
import { countsBar, many, sinceInWords } from './words.ts';

export type SitesView = {
  readonly reading: Reading;
  /** null: it is still being counted. */
  readonly fleet: FleetLine | null;
  readonly sites: readonly { readonly item: SiteItem; readonly site: Site }[];
  /** Incidents of hubs as a whole; empty: none, or not for this reader. */
  readonly hubs: readonly {
    readonly incidentId: string;
    readonly summary: string;
    readonly severity: string;
  }[];
  readonly q: string;
  /** Names the list. */
  readonly list: string;
  readonly trail: Trail;
  readonly next: string | null;
};

/** The sites by trouble, with the fleet in one line. */
export function sitesPage(view: SitesView): Page {
  const { reading, fleet, sites, hubs, q, trail, next } = view;
  const { paths, nowMs } = reading;
  const head = fleet === null ? 'The sites are being counted.' : fleetLine(fleet, nowMs);
  const main = html`<section class="card" aria-labelledby="headline"><h1 id="headline">${head}</h1>${
    fleet === null ? null : countsBar({ ...fleet, known: fleet.devices, online: onlineOf(fleet) })
  }</section>
${hubs.map(
  ({ incidentId, summary, severity }) =>
    html`<p class="card"><span class="tag ${severity}">${severity}</span> <a href="${paths.incident(incidentId)}"><bdi>${summary}</bdi></a></p>`,
)}
<form class="card search" action="${paths.sites}" role="search"><label for="q">Find a site</label><div class="row"><input type="search" id="q" name="q" value="${{ name: q }}" maxlength="100" autocomplete="off"><button>Search</button></div></form>
<section class="card" aria-labelledby="sites-title"><h2 id="sites-title">${q === '' ? 'Sites by trouble' : ['Sites with “', { name: q }, '”']}</h2>${
    sites.length === 0
      ? html`<p>${q === '' ? 'No site is known yet: it comes with the first event of its devices.' : 'No site has that in its name.'}</p>`
      : html`<ul class="plain">${sites.map((one) => siteLine(one, reading))}</ul>`
  }${pager(paths.sites, view.list, trail, next, q === '' ? {} : { q })}</section>`;
  return statusPage(reading, 'sites', plainTitle(fleet), `${clockOf('UTC').instant(nowMs, nowMs)} UTC`, main);
}

const onlineOf = ({ devices, offline, flapping, silenced }: FleetLine) =>
  Math.max(0, devices - offline - flapping - silenced);

function plainTitle(fleet: FleetLine | null): string {
  if (fleet === null) return 'Sites';
  return fleet.inTrouble === 0 ? 'All sites are well' : `${many(fleet.inTrouble, 'site')} in trouble`;
}

/** `3 of 412 sites in trouble, 96 devices offline, newest 4 min ago` */
export function fleetLine({ sites, inTrouble, offline, newestAtMs }: FleetLine, nowMs: number): string {
  if (inTrouble === 0) return sites === 0 ? 'No sites yet' : `All ${many(sites, 'site')} well`;
  const newest = newestAtMs === null ? '' : `, newest ${durationInWords(nowMs - newestAtMs)} ago`;
  return `${inTrouble} of ${many(sites, 'site')} in trouble, ${many(offline, 'device')} offline${newest}`;
}

function siteLine({ item, site }: SitesView['sites'][number], { paths, nowMs }: Reading): Html {
  const { hub, severity, counts, since, incidents } = item;
  const tag =
    severity === null
      ? html`<span class="tag good">well</span>`
      : html`<span class="tag ${severity}">${severity}</span>`;
  return html`<li><p>${tag} <a href="${paths.site(hub, sitePath(site))}"><strong>${{ name: site.name }}</strong></a> <span class="soft">${{ name: hub }}</span></p>${countsBar(counts)}${
    since === null
      ? null
      : html`<p class="soft">${sinceInWords(since, site.timeZone, nowMs)}${incidents.slice(0, 3).map((id, index) => html` · <a href="${paths.incident(id)}">${index === 0 ? 'incident' : `incident ${index + 1}`}</a>`)}</p>`
  }</li>`;
}
