import type { DeviceItem, PhaseFilter } from '../app/lists/deviceItems.ts';
import type { SiteItem } from '../app/lists/siteItems.ts';
import type { ContactSpan } from '../device/contact.ts';
import type { Site } from '../directory/placeOf.ts';
import { formatDuration } from '../fields/quantities.ts';
import type { Note } from '../incident/incident.ts';
import { type Html, html } from '../notify/html.ts';
import { type Clock, clockOf } from '../notify/words/clock.ts';
import { card, choice, form, paragraphs } from '../pages/html/elements.ts';
import type { Page } from '../pages/html/layout.ts';
import type { IncidentView } from '../pages/incidentView.ts';
import { silenceForm } from '../pages/link/forms.ts';
import type { SaidCode } from '../pages/link/saidCodes.ts';
import type { HoldSuggestion } from '../replay/suggestHold.ts';
import { pager, type Trail } from './paging.ts';
import { type Reading, statusPage } from './shell.ts';
import { strip, stripInWords } from './strip.ts';
import { atInWords, countsBar, sinceInWords, whyButton } from './words.ts';

export type SiteView = {
  readonly reading: Reading;
  /** The page without its query. */
  readonly path: string;
  readonly item: SiteItem;
  readonly site: Site;
  readonly devices: readonly { readonly item: DeviceItem; readonly contact: readonly ContactSpan[] }[];
  readonly q: string;
  readonly phase: PhaseFilter | null;
  /** Names the list of devices. */
  readonly list: string;
  readonly trail: Trail;
  readonly next: string | null;
  /** Open ones first, then the last that are over. */
  readonly incidents: readonly IncidentView[];
  readonly controls: readonly ControlLine[];
  readonly notes: readonly (Note & { readonly incidentId: string })[];
  readonly hold: HoldSuggestion | null;
  /** null: whoever reads it may not act. */
  readonly tokens: SiteTokens | null;
  /** What became of the press that led here; null: none did. */
  readonly said: SaidCode | null;
};

/** A token for each form of the page. */
export type SiteTokens = {
  readonly silence: string;
  /** To end a silence of this site alone, by its id. */
  readonly end: ReadonlyMap<string, string>;
};

/** A silence, or planned work. Instants are ISO 8601; null: not known. */
export type ControlLine = {
  /** null: the configuration has it. */
  readonly id: string | null;
  readonly kind: 'silence' | 'maintenance';
  readonly status: 'upcoming' | 'active';
  readonly what: string | null;
  readonly by: string | null;
  readonly from: string | null;
  readonly until: string | null;
  /** Globs of the devices; empty: all of them. */
  readonly devices: readonly string[];
};

export function sitePage(view: SiteView): Page {
  const { reading, item, site, path } = view;
  const { nowMs } = reading;
  const clock = clockOf(site.timeZone, [nowMs]);
  const since = item.since === null ? null : html`<p>${sinceInWords(item.since, site.timeZone, nowMs)}</p>`;
  const said = saidOf(view, clock);
  const main = html`${said.length === 0 ? null : html`<div class="card said" role="status">${paragraphs(said)}</div>`}
<section class="card" aria-labelledby="headline"><p><span class="tag ${item.severity ?? 'good'}">${item.severity ?? 'well'}</span> <span class="soft">${{ name: item.hub }}</span></p><h1 id="headline">${{ name: site.name }}</h1>${countsBar(item.counts)}${since}<p class="soft">Times are those of ${clock.zone(nowMs)}.</p></section>
${incidentsCard(view)}
${controlsCard(view, clock)}
${devicesCard(view, path)}
${notesCard(view)}
${holdCard(view)}`;
  return statusPage(reading, 'sites', site.name, clock.shortInstant(nowMs, nowMs), main);
}

function incidentsCard({ incidents, reading: { paths, nowMs }, site }: SiteView): Html | null {
  const line = ({ incidentId, summary, severity, status, openedAt, resolvedAt }: IncidentView) =>
    html`<li><p><span class="tag ${status === 'open' ? severity : 'ended'}">${status === 'open' ? severity : 'over'}</span> <a href="${paths.incident(incidentId)}"><bdi>${summary}</bdi></a></p><p class="soft">${
      resolvedAt === null
        ? sinceInWords(openedAt, site.timeZone, nowMs)
        : `${atInWords(openedAt, site.timeZone, nowMs)} – ${atInWords(resolvedAt, site.timeZone, nowMs)}`
    }</p></li>`;
  return card(
    'incidents',
    'Incidents',
    incidents.length === 0
      ? html`<p>None on record.</p>`
      : html`<ul class="plain">${incidents.map(line)}</ul>`,
  );
}

/** What the page says first after a press; empty: nothing was pressed, or it is not so any more. */
function saidOf({ said, controls, reading: { nowMs } }: SiteView, clock: Clock): string[] {
  const ends = controls.flatMap(({ kind, status, until }) =>
    kind === 'silence' && status === 'active' && until !== null ? [Date.parse(until)] : [],
  );
  const quiet = ends.length === 0 ? [] : [`Silenced until ${clock.shortInstant(Math.max(...ends), nowMs)}.`];
  switch (said) {
    case 'silenced':
      return [...quiet, 'What has been told gets its all-clear all the same.'];
    case 'silence-ended':
      return quiet.length > 0 ? quiet : ['The silence is over. What is still true is told now.'];
    case 'stale':
      return [
        ...quiet,
        'Nothing was changed: the page that you pressed was an old one. This is how things are now.',
      ];
    default:
      return [];
  }
}

function controlsCard(view: SiteView, clock: Clock): Html | null {
  const { controls, tokens, path, site, reading } = view;
  if (controls.length === 0 && tokens === null) return null;
  const line = ({ id, kind, status, what, by, from, until, devices }: ControlLine) => {
    const name = kind === 'silence' ? 'Silence' : 'Planned work';
    const at = (instant: string) => clock.shortInstant(Date.parse(instant), reading.nowMs);
    const begin = status === 'upcoming' && from !== null ? ` from ${at(from)}` : '';
    const end = until === null ? '' : ` until ${at(until)}`;
    const token = id === null ? undefined : tokens?.end.get(id);
    return html`<li><strong>${name}</strong>${begin}${end}${what === null ? null : html`: <bdi>${what}</bdi>`}${
      by === null ? null : html` <span class="soft">by <bdi>${by}</bdi></span>`
    }${devices.length === 0 ? null : html`<br><span class="soft">for ${devices.slice(0, 10).map((name) => html`<bdi>${name}</bdi> `)}</span>`}${
      token === undefined
        ? null
        : form(`${path}/end-silence`, token, html`<button class="second">Take the silence back</button>`)
    }</li>`;
  };
  const list = controls.length === 0 ? null : html`<ul class="plain">${controls.map(line)}</ul>`;
  const add =
    tokens === null
      ? null
      : silenceForm(`${path}/silence`, tokens.silence, [{ name: site.name }], reading.name !== null);
  return card('controls', 'Silences and planned work', html`${list}${add}`);
}

const phases = [
  ['', 'any state'],
  ['offline', 'offline'],
  ['recovering', 'recovering'],
  ['flapping', 'flapping'],
  ['suspect', 'suspect'],
  ['online', 'online'],
] as const;

function devicesCard(view: SiteView, path: string): Html {
  const { devices, q, phase, list, trail, next } = view;
  const options = phases.map(([value, label]) => ({ value, label }));
  const search = html`<form class="search" action="${path}" role="search"><div class="pair"><div><label for="q">Part of the device id</label><input type="search" id="q" name="q" value="${{ name: q }}" maxlength="128" autocomplete="off"></div><div>${choice('phase', 'phase', 'State', options, phase ?? '')}</div></div><button class="second">Search</button></form>`;
  const found =
    devices.length === 0
      ? html`<p>${q === '' && phase === null ? 'None known yet.' : 'None like that here.'}</p>`
      : html`<ul class="plain devices">${devices.map((one) => deviceLine(one, view))}</ul>`;
  const kept = { ...(q === '' ? {} : { q }), ...(phase === null ? {} : { phase }) };
  return card('devices', 'Devices', html`${search}${found}${pager(path, list, trail, next, kept)}`);
}

function deviceLine({ item, contact }: SiteView['devices'][number], { reading, site }: SiteView): Html {
  const { hub, deviceId, moduleId, phase, flapping, since, silenced, incidentId } = item;
  const { paths, nowMs } = reading;
  const clock = clockOf(site.timeZone, [nowMs]);
  const name =
    moduleId === null ? html`${{ name: deviceId }}` : html`${{ name: deviceId }} / ${{ name: moduleId }}`;
  const state = [phase, ...(flapping ? ['flapping'] : []), ...(silenced ? ['silenced'] : [])].join(', ');
  return html`<li><div class="device"><div><strong>${name}</strong> <span class="state ${phase}">${state}</span> <span class="soft">${sinceInWords(since, site.timeZone, nowMs)}</span>${
    incidentId === null ? null : html` <a href="${paths.incident(incidentId)}">incident</a>`
  }</div>${whyButton(paths.why, { hub, deviceId, moduleId })}</div>${
    contact.length === 0
      ? null
      : html`${strip(contact, clock)}<span class="soft small" aria-hidden="true">${stripInWords(contact, clock)}</span>`
  }</li>`;
}

function notesCard({ notes, reading: { paths, nowMs }, site }: SiteView): Html | null {
  if (notes.length === 0) return null;
  const clock = clockOf(site.timeZone, [nowMs]);
  return card(
    'notes',
    'Notes',
    html`<ul class="plain">${notes.map(
      ({ by, atMs, text, incidentId }) =>
        html`<li>${text.split('\n').map((words) => html`<bdi>${words}</bdi><br>`)}<span class="soft"><bdi>${by}</bdi>, ${clock.shortInstant(atMs, nowMs)}, <a href="${paths.incident(incidentId)}">incident</a></span></li>`,
    )}</ul>`,
  );
}

function holdCard({ hold }: SiteView): Html | null {
  if (hold === null) return null;
  const { presentMs, suggestedMs, gaps, toldNow, toldThen } = hold;
  const words = `${toldNow} of ${gaps} short losses in the last 30 days lasted longer than the hold (offlineAfter: ${formatDuration(presentMs)}), and were told. With ${formatDuration(suggestedMs)} it would have been ${toldThen}.`;
  return card('hold', 'A hold that fits this site better', html`<p>${words}</p>`);
}
