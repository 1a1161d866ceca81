import { type Html, html } from '../../notify/html.ts';
import type { Clock } from '../../notify/words/clock.ts';
import { type Phrase, plain } from '../../notify/words/phrase.ts';
import { bullets, card, facts, form, more, paragraphs } from '../html/elements.ts';
import type { LinkView, NoticeFate, Step, ToldReceiver } from './linkView.ts';
import { noticeInWords } from './noticeInWords.ts';

/** More devices than this are behind a line to open. */
const openDevices = 10;

export function steps({ content, steps, path, status }: LinkView, clock: Clock): Html | null {
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

export function cause({ content }: LinkView): Html | null {
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

/**
 * @param beside what stands beside a device, by its place in the list
 * @param pager leads to the others; null: nothing does
 */
export function devices(
  { content: { devices, moreDevices } }: LinkView,
  beside: (index: number) => Html | null = () => null,
  pager: Html | null = null,
): Html | null {
  if (devices.length === 0) return null;
  const list = (items: typeof devices, from: number) =>
    html`<ul class="plain">${items.map(
      ({ name, state, times }, index) =>
        html`<li class="device"><div>${{ name }} <strong>${state}</strong>${times === '' ? null : html` ${times}`}</div>${beside(from + index)}</li>`,
    )}</ul>`;
  const others = devices.slice(openDevices);
  return card(
    'devices',
    'Devices',
    html`${list(devices.slice(0, openDevices), 0)}${
      others.length > 0 ? more(`${others.length} more devices`, list(others, openDevices)) : null
    }${moreDevices > 0 ? html`<p class="soft">and ${moreDevices} more${pager === null ? ' that are not listed' : null}</p>` : null}${pager}`,
  );
}

export function told({ told, moreReceivers, isRouted, status, reader, nowMs }: LinkView, clock: Clock): Html {
  const own = reader.kind === 'link' ? reader.receiver : null;
  const line = (fate: NoticeFate) =>
    html`<li>${noticeInWords(fate, clock, nowMs)}${fate.error === null ? null : html` <span class="soft">(last error: ${{ name: fate.error }})</span>`}</li>`;
  const item = (one: ToldReceiver) =>
    html`<li><strong>${{ name: one.receiver }}</strong>${one.channel === null ? null : html` <span class="soft">by ${one.channel}</span>`}${one.receiver === own ? html` (this link)` : null}${
      one.notices.length === 0 ? html`<p>not told of this yet</p>` : html`<ul>${one.notices.map(line)}</ul>`
    }</li>`;
  const body =
    told.length === 0
      ? html`<p>${status === 'resolved' ? 'Nobody.' : isRouted ? 'Nobody yet.' : 'Nobody is told: no route matches this.'}</p>`
      : html`<ul class="plain">${told.map(item)}</ul>${
          moreReceivers > 0 ? html`<p class="soft">and ${moreReceivers} more receivers</p>` : null
        }`;
  return card('told', 'Who was told', body);
}

/** @param all a page that has the whole of it; null: none has */
export function story(
  { story, earlierInStory, nowMs }: LinkView,
  clock: Clock,
  all: string | null = null,
): Html | null {
  if (story.length === 0) return null;
  const list = storyList(story, clock, nowMs);
  const earlier =
    all === null
      ? `and ${earlierInStory} earlier entries`
      : html`<a href="${all}">and ${earlierInStory} earlier entries</a>`;
  return card(
    'story',
    'What happened',
    more(
      'The latest first',
      html`${list}${earlierInStory > 0 ? html`<p class="soft">${earlier}</p>` : null}`,
    ),
  );
}

export function storyList(story: LinkView['story'], clock: Clock, nowMs: number): Html {
  return html`<ul class="plain">${story.map(
    ({ atMs, sentence }) =>
      html`<li><span class="soft">${clock.shortInstant(atMs, nowMs)}</span> <bdi>${inLocalTime(sentence, clock, nowMs)}</bdi></li>`,
  )}</ul>`;
}

/** What is kept of a decision names instants, for it knows no zone. */
function inLocalTime(sentence: string, clock: Clock, nowMs: number): string {
  return sentence.replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, (instant) => {
    const atMs = Date.parse(instant);
    return Number.isNaN(atMs) ? instant : clock.shortInstant(atMs, nowMs);
  });
}
