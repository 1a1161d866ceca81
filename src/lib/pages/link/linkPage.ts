import { type Html, html } from '../../notify/html.ts';
import { type Clock, clockOf } from '../../notify/words/clock.ts';
import { type Phrase, plain } from '../../notify/words/phrase.ts';
import { bullets, card, facts, form, more, paragraphs } from '../html/elements.ts';
import type { Page } from '../html/layout.ts';
import { acknowledgement, notes, silence } from './forms.ts';
import type { LinkView, NoticeFate, Step, ToldReceiver } from './linkView.ts';
import { noticeInWords } from './noticeInWords.ts';
import { saidInWords } from './said.ts';

/** More devices than this are behind a line to open. */
const openDevices = 10;

/** The page of a link: what is down, since when and why; who has it; what to do; who was told. */
export function linkPage(view: LinkView): Page {
  const { content, receiver } = view;
  const clock = clockOf(view.timeZone, [view.nowMs]);
  const said = saidInWords(view, clock);
  const main = html`${said.length > 0 ? html`<div class="card said" role="status">${paragraphs(said)}</div>` : null}
<section class="card" aria-labelledby="headline"><div class="badge ${content.tone}">${content.badge}</div><h1 id="headline">${content.headline}</h1>${facts(content.facts)}</section>
${acknowledgement(view, clock)}
${steps(view, clock)}
${cause(view)}
${devices(view)}
${silence(view, clock)}
${notes(view, clock)}
${told(view, clock)}
${story(view, clock)}
${card('details', 'Details', facts(content.details))}
<footer class="soft"><p>${[
    'You opened this by the link sent to ',
    { name: receiver },
    '. Whoever has the link can do what you can do here, in that name.',
  ]}</p></footer>`;
  return { title: plain(content.headline), main };
}

function steps({ content, steps, path, status }: LinkView, clock: Clock): Html | null {
  if (status === 'resolved' && content.stepsNote === null) return null;
  const list = html`<ol>${steps.map((step) => html`<li>${stepLine(step, path, clock)}</li>`)}</ol>`;
  return card(
    'next',
    'What to do next',
    html`${steps.length > 0 ? list : null}${paragraphs(content.stepsNote ? [content.stepsNote] : [])}`,
  );
}

function stepLine({ text, step, done, token }: Step, path: string, clock: Clock): Html {
  const words = done
    ? html`<span class="done">${text}</span> <span class="soft">Done: <bdi>${done.by}</bdi>, ${clock.instant(done.atMs)}</span>`
    : html`<span>${text}</span>`;
  const hint = plain(text).slice(0, 60);
  const button = done
    ? html`<button class="second" aria-label="Not done: ${hint}">Undo</button>`
    : html`<button class="second" aria-label="Done: ${hint}">Done</button>`;
  return html`<div class="step"><div>${words}</div>${token === null ? null : form(`${path}/step`, token, html`<input type="hidden" name="step" value="${encodeURIComponent(step.toWellFormed())}">${button}`)}</div>`;
}

function cause({ content }: LinkView): Html | null {
  const { explanation, evidenceFor, evidenceAgainst, errors } = content;
  if ([explanation, evidenceFor, evidenceAgainst, errors].every(({ length }) => length === 0)) return null;
  const part = (title: string, lines: readonly Phrase[]) =>
    lines.length === 0 ? null : html`<h3>${title}</h3>${bullets(lines)}`;
  return card(
    'cause',
    'About the cause',
    html`${paragraphs(explanation)}${part('Evidence for', evidenceFor)}${part('Evidence against', evidenceAgainst)}${
      errors.length === 0 ? null : html`<h3>Errors in the logs</h3>${facts(errors)}`
    }`,
  );
}

function devices({ content: { devices, moreDevices } }: LinkView): Html | null {
  if (devices.length === 0) return null;
  const list = (items: typeof devices) =>
    html`<ul class="plain">${items.map(
      ({ name, state, times }) =>
        html`<li>${{ name }} <strong>${state}</strong>${times === '' ? null : html` ${times}`}</li>`,
    )}</ul>`;
  const others = devices.slice(openDevices);
  return card(
    'devices',
    'Devices',
    html`${list(devices.slice(0, openDevices))}${
      others.length > 0 ? more(`${others.length} more devices`, list(others)) : null
    }${moreDevices > 0 ? html`<p class="soft">and ${moreDevices} more that are not listed</p>` : null}`,
  );
}

function told({ told, moreReceivers, receiver, nowMs }: LinkView, clock: Clock): Html {
  const line = (fate: NoticeFate) => html`<li>${noticeInWords(fate, clock, nowMs)}</li>`;
  const item = (one: ToldReceiver) =>
    html`<li><strong>${{ name: one.receiver }}</strong>${one.receiver === receiver ? html` (this link)` : null}${
      one.notices.length === 0 ? html`<p>not told of this yet</p>` : html`<ul>${one.notices.map(line)}</ul>`
    }</li>`;
  const body =
    told.length === 0
      ? html`<p>Nobody: no route leads anywhere.</p>`
      : html`<ul class="plain">${told.map(item)}</ul>${
          moreReceivers > 0 ? html`<p class="soft">and ${moreReceivers} more receivers</p>` : null
        }`;
  return card('told', 'Who was told', body);
}

function story({ story, earlierInStory, nowMs }: LinkView, clock: Clock): Html | null {
  if (story.length === 0) return null;
  const list = html`<ul class="plain">${story.map(
    ({ atMs, sentence }) =>
      html`<li><span class="soft">${clock.shortInstant(atMs, nowMs)}</span> <bdi>${inLocalTime(sentence, clock, nowMs)}</bdi></li>`,
  )}</ul>`;
  return card(
    'story',
    'What happened',
    more(
      'The latest first',
      html`${list}${earlierInStory > 0 ? html`<p class="soft">and ${earlierInStory} earlier entries</p>` : null}`,
    ),
  );
}

/** What is kept of a decision names instants, for it knows no zone. */
function inLocalTime(sentence: string, clock: Clock, nowMs: number): string {
  return sentence.replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, (instant) => {
    const atMs = Date.parse(instant);
    return Number.isNaN(atMs) ? instant : clock.shortInstant(atMs, nowMs);
  });
}
