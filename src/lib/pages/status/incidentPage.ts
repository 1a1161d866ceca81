import { html } from '../../notify/html.ts';
import { clockOf } from '../../notify/words/clock.ts';
import { plain } from '../../notify/words/phrase.ts';
import { card, facts, paragraphs } from '../html/elements.ts';
import type { Page } from '../html/layout.ts';
import { acknowledgement, notes, silence } from '../link/forms.ts';
import type { LinkView } from '../link/linkView.ts';
import { saidInWords } from '../link/said.ts';
import { cause, devices, steps, story, told } from '../link/sections.ts';
import { type Reading, statusPage } from './shell.ts';
import { whyButton } from './words.ts';

/** An incident for somebody with access: as by a link, with failures in full, the way to its site, and why. */
export function incidentPage(
  view: LinkView,
  /** null: it is of a hub as a whole. */
  site: { readonly hub: string; readonly name: string; readonly path: string } | null,
  reading: Reading,
): Page {
  const { content, deviceIds, nowMs } = view;
  const { paths } = reading;
  const clock = clockOf(view.timeZone, [nowMs]);
  const said = saidInWords(view, clock);
  const why = (index: number) => {
    const device = deviceIds[index];
    return site === null || device === undefined
      ? null
      : whyButton(paths.why, { hub: site.hub, deviceId: device.deviceId, moduleId: device.moduleId });
  };
  const toSite = site === null ? null : html`<p><a href="${site.path}">All of ${{ name: site.name }}</a></p>`;
  const main = html`${said.length > 0 ? html`<div class="card said" role="status">${paragraphs(said)}</div>` : null}
<section class="card" aria-labelledby="headline"><div class="badge ${content.tone}">${content.badge}</div><h1 id="headline">${content.headline}</h1>${facts(content.facts)}${toSite}</section>
${acknowledgement(view, clock)}
${steps(view, clock)}
${cause(view)}
${devices(view, why)}
${silence(view, clock)}
${notes(view, clock)}
${told(view, clock)}
${story(view, clock)}
${card('details', 'Details', facts(content.details))}`;
  return statusPage(reading, 'sites', plain(content.headline), clock.shortInstant(nowMs, nowMs), main);
}
