import type { explanationView } from '../api/explanationView.ts';
import type { Site } from '../directory/placeOf.ts';
import type { DeviceId } from '../events/event.ts';
import { type Html, html } from '../notify/html.ts';
import { type Clock, clockOf } from '../notify/words/clock.ts';
import { bullets, card, more } from '../pages/html/elements.ts';
import type { Page } from '../pages/html/layout.ts';
import { type Reading, statusPage } from './shell.ts';

/** What is asked: of whom, at which moment (milliseconds), and of one receiver alone (null: of all). */
export type WhyAsked = DeviceId & {
  readonly hub: string;
  readonly atMs: number;
  readonly receiver: string | null;
};

/** Why a device was told of or not: in sentences, then receiver by receiver, then rule by rule. */
export function whyPage(
  { sentences, receivers, looked, after, rules }: ReturnType<typeof explanationView>,
  asked: WhyAsked,
  site: Pick<Site, 'timeZone'>,
  sitePath: string,
  reading: Reading,
): Page {
  const { nowMs } = reading;
  const clock = clockOf(site.timeZone, [nowMs, asked.atMs]);
  const main = html`<section class="card" aria-labelledby="headline"><h1 id="headline">${headline(asked)}</h1><p class="soft">As of ${clock.shortInstant(asked.atMs, nowMs)} (${clock.zone(nowMs)}), by version ${rules.version} of the rules, at ${{ name: asked.hub }}.</p>${sentences.map((one) => html`<p><bdi>${one}</bdi></p>`)}<p><a href="${sitePath}">All of its site</a></p></section>
${card(
  'receivers',
  'Who was told, and who was not',
  receivers.length === 0
    ? html`<p>Nobody was to be told.</p>`
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
      html`<li><strong><bdi>${rule}</bdi></strong>: <bdi>${sentence}</bdi> <span class="soft">(${outcome})</span></li>`,
  )}</ol>`,
)}
${after.length === 0 ? null : card('after', 'What happened since', bullets(after))}
${card('ask', 'Another time, another receiver', more('Ask again', askAgain(asked, clock, reading)))}`;
  return statusPage(reading, 'sites', `Why? ${asked.deviceId}`, clock.shortInstant(nowMs, nowMs), main);
}

/** Nothing is on record of the moment. */
export function notOnRecordPage(asked: WhyAsked, oldestMs: number, timeZone: string, reading: Reading): Page {
  const { nowMs } = reading;
  const clock = clockOf(timeZone, [nowMs, oldestMs]);
  const main = html`<section class="card" aria-labelledby="headline"><h1 id="headline">${headline(asked)}</h1><p>That time is not on record. Choose one from ${clock.instant(oldestMs)} until now.</p>${askAgain({ ...asked, atMs: nowMs }, clock, reading)}</section>`;
  return statusPage(reading, 'sites', `Why? ${asked.deviceId}`, clock.shortInstant(nowMs, nowMs), main);
}

function headline({ deviceId, moduleId }: DeviceId): Html {
  const module = moduleId === null ? null : html` / ${{ name: moduleId }}`;
  return html`Why were people told of ${{ name: deviceId }}${module}, or not?`;
}

/** A form that asks by GET. */
function askAgain(
  { hub, deviceId, moduleId, atMs, receiver }: WhyAsked,
  clock: Clock,
  { paths }: Reading,
): Html {
  const hidden = (name: string, value: string) =>
    html`<input type="hidden" name="${name}" value="${{ name: value }}">`;
  return html`<form action="${paths.why}">${hidden('hub', hub)}${hidden('device', deviceId)}${
    moduleId === null ? null : hidden('module', moduleId)
  }<label for="when">When, by the clock of the site</label><input type="datetime-local" id="when" name="when" value="${clock.local(atMs)}"><label for="receiver">Who (optional)</label><input type="text" id="receiver" name="receiver" maxlength="200" autocomplete="off" value="${{ name: receiver ?? '' }}"><button class="second">Ask</button></form>`;
}
