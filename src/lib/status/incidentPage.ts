import { html } from '../notify/html.ts';
import { clockOf } from '../notify/words/clock.ts';
import { plain } from '../notify/words/phrase.ts';
import { card, facts, paragraphs } from '../pages/html/elements.ts';
import type { Page } from '../pages/html/layout.ts';
import { acknowledgement, notes, silence } from '../pages/link/forms.ts';
import type { LinkView } from '../pages/link/linkView.ts';
import { saidInWords } from '../pages/link/said.ts';
import { cause, devices, steps, story, storyList, told } from '../pages/link/sections.ts';
import { pager, type Trail } from './paging.ts';
import { type Reading, statusPage } from './shell.ts';
import { whyButton } from './words.ts';

/** An incident for somebody with access: as by a link, with failures in full, the way to its site, and why. */
export function incidentPage(
  view: LinkView,
  /** null: it is of a hub as a whole. */
  site: { readonly hub: string; readonly name: string; readonly path: string } | null,
  parts: { readonly list: string; readonly trail: Trail; readonly next: string | null },
  reading: Reading,
): Page {
  const { content, deviceIds, nowMs } = view;
  const { paths } = reading;
  const clock = clockOf(view.timeZone, [nowMs]);
  const said = saidInWords(view, clock);
  // Of what is over the answer is that of its last moment: since then the device was online.
  const lastMs = view.endedAtMs === null ? null : view.endedAtMs - 1_000;
  const why = (index: number) => {
    const device = deviceIds[index];
    return site === null || device === undefined
      ? null
      : whyButton(paths.why, {
          hub: site.hub,
          deviceId: device.deviceId,
          moduleId: device.moduleId,
          atMs: lastMs,
        });
  };
  const toSite = site === null ? null : html`<p><a href="${site.path}">All of ${{ name: site.name }}</a></p>`;
  const main = html`${said.length > 0 ? html`<div class="card said" role="status">${paragraphs(said)}</div>` : null}
<section class="card" aria-labelledby="headline"><div class="badge ${content.tone}">${content.badge}</div><h1 id="headline">${content.headline}</h1>${facts(content.facts)}${toSite}</section>
${acknowledgement(view, clock)}
${steps(view, clock)}
${cause(view)}
${devices(view, why, pager(view.path, parts.list, parts.trail, parts.next, {}))}
${silence(view, clock)}
${notes(view, clock)}
${told(view, clock)}
${story(view, clock, `${view.path}/timeline`)}
${card('details', 'Details', facts(content.details))}`;
  return statusPage(reading, 'sites', plain(content.headline), clock.shortInstant(nowMs, nowMs), main);
}

/** All that happened, the latest first. */
export function timelinePage(
  view: {
    readonly story: LinkView['story'];
    readonly incident: { readonly headline: string; readonly path: string; readonly timeZone: string };
    readonly list: string;
    readonly trail: Trail;
    readonly next: string | null;
  },
  reading: Reading,
): Page {
  const { incident, list, trail, next, story: entries } = view;
  const { nowMs } = reading;
  const clock = clockOf(incident.timeZone, [nowMs]);
  const path = `${incident.path}/timeline`;
  const main = html`<section class="card" aria-labelledby="headline"><h1 id="headline">What happened</h1><p><a href="${incident.path}"><bdi>${incident.headline}</bdi></a></p><p class="soft">The latest first. Times are those of ${clock.zone(nowMs)}.</p>${storyList(entries, clock, nowMs)}${pager(path, list, trail, next, {})}</section>`;
  return statusPage(reading, 'sites', 'What happened', clock.shortInstant(nowMs, nowMs), main);
}
