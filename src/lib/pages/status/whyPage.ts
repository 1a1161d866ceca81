import type { Site } from '../../directory/placeOf.ts';
import { html } from '../../notify/html.ts';
import { clockOf } from '../../notify/words/clock.ts';
import type { explanationView } from '../../pages/explanationView.ts';
import { bullets, card } from '../html/elements.ts';
import type { Page } from '../html/layout.ts';
import { type Reading, statusPage } from './shell.ts';

/** Why a device was told of or not: in sentences, then receiver by receiver, then rule by rule. */
export function whyPage(
  {
    deviceId,
    moduleId,
    sentences,
    receivers,
    looked,
    after,
    at,
    rules,
    hub,
  }: ReturnType<typeof explanationView>,
  site: Pick<Site, 'timeZone'>,
  sitePath: string,
  reading: Reading,
): Page {
  const { nowMs } = reading;
  const clock = clockOf(site.timeZone, [nowMs]);
  const atWords = clock.shortInstant(Date.parse(at), nowMs);
  const main = html`<section class="card" aria-labelledby="headline"><h1 id="headline">Why was ${{ name: deviceId }}${
    moduleId === null ? null : html` / ${{ name: moduleId }}`
  } told of, or not?</h1><p class="soft">As of ${atWords}, by version ${rules.version} of the rules, at ${{ name: hub }}.</p>${sentences.map((one) => html`<p><bdi>${one}</bdi></p>`)}<p><a href="${sitePath}">All of its site</a></p></section>
${card(
  'receivers',
  'Who was told, and who was not',
  receivers.length === 0
    ? html`<p>No receiver comes into question.</p>`
    : html`<ul class="plain">${receivers.map(
        ({ receiver, told, sentence }) =>
          html`<li><strong>${{ name: receiver }}</strong> <span class="tag ${told ? 'good' : 'ended'}">${told ? 'told' : 'not told'}</span><br><bdi>${sentence}</bdi></li>`,
      )}</ul>`,
)}
${card(
  'looked',
  'What was looked at, in order',
  html`<ol>${looked.map(
    ({ rule, outcome, sentence }) =>
      html`<li><strong>${rule}</strong>: <bdi>${sentence}</bdi> <span class="soft">(${outcome})</span></li>`,
  )}</ol>`,
)}
${after.length === 0 ? null : card('after', 'What became of it since', bullets(after))}`;
  return statusPage(reading, 'sites', `Why? ${deviceId}`, clock.shortInstant(nowMs, nowMs), main);
}
