import { type Html, html } from '../../html.ts';
import type { Digest, Message } from '../../message.ts';
import { causeInWords } from '../../words/causeInWords.ts';
import {
  digestAcknowledgement,
  digestCounts,
  digestReason,
  digestTitle,
  sinceOf,
} from '../../words/digest.ts';
import { isolated, type Phrase, plain } from '../../words/phrase.ts';
import { headlineOf } from '../../words/summary.ts';
import { emailPage, quiet, section, text, wrap } from './page.ts';
import type { Email } from './render.ts';

/** More incidents than this are named, each in a line; those before have their details. */
const inDetail = 40;

/** Several incidents in one mail: what is open first, the worst before the others. */
export function digestEmail(digest: Digest): Email {
  const { incidents, noticeId, receiver } = digest;
  const open = incidents.filter(({ status }) => status === 'open');
  const over = incidents.filter(({ status }) => status === 'resolved');
  const title = digestTitle(incidents);
  const parts = [
    { title: 'Open', entries: open.map(entryOf) },
    { title: 'Resolved', entries: over.map(entryOf) },
  ].filter(({ entries }) => entries.length > 0);
  const worst = open[0]?.severity ?? 'good';
  const frame = {
    tone: worst,
    badge: open.length > 0 ? `Several incidents, worst: ${worst}` : 'Several incidents, all resolved',
    headline: digestCounts(incidents),
    reason: digestReason,
    preview: open[0] ? plain(headlineOf(open[0])) : '',
    footer: [
      `Digest ${noticeId}`,
      ['Sent to ', { name: receiver }, ' by the IoT Hub disconnect responder'] as const,
    ],
  } as const;
  return {
    subject: isolated(title),
    html: emailPage(
      frame,
      parts.map(({ title: heading, entries }) => section(heading, list(entries))),
      plain(title),
    ),
    text: `${[
      [frame.badge.toUpperCase(), frame.headline, frame.reason],
      ...parts.map(({ title: heading, entries }) => [heading.toUpperCase(), ...entries.flatMap(lines)]),
      frame.footer.map(isolated),
    ]
      .map((block) => block.join('\n'))
      .join('\n\n')}\n`,
    headers: { 'X-Notice-Id': noticeId, 'Auto-Submitted': 'auto-generated' },
  };
}

type Entry = {
  readonly headline: Phrase;
  readonly since: string;
  readonly cause: string;
  /** Who has it; null: nobody has. */
  readonly has: Phrase | null;
  readonly url: string | null;
};

function entryOf(message: Message): Entry {
  const { diagnosis, links } = message;
  return {
    headline: headlineOf(message),
    since: sinceOf(message),
    cause: diagnosis.cause === 'unknown' ? '' : `Likely cause: ${causeInWords(diagnosis.cause)}`,
    has: digestAcknowledgement(message),
    url: links.incident,
  };
}

function list(entries: readonly Entry[]): Html {
  const more = entries.slice(inDetail);
  return html`<ul style="margin:0;padding:0 0 0 20px">${entries.slice(0, inDetail).map(item)}${more.map(
    ({ headline }) => html`<li style="${text};${wrap}">${headline}</li>`,
  )}</ul>`;
}

function item({ headline, since, cause, has, url }: Entry): Html {
  const link =
    url !== null && /^https?:\/\//.test(url)
      ? html` <a href="${url}" style="color:#1d5fa8;font-weight:600">Open the incident</a>`
      : null;
  return html`<li style="margin:0 0 8px;${text};${wrap}"><b>${headline}</b><br><span class="quiet" style="${quiet}">${since}${
    cause === '' ? '' : `. ${cause}`
  }.${has === null ? null : html` ${has}.`}</span>${link}</li>`;
}

function lines({ headline, since, cause, has, url }: Entry, index: number): string[] {
  if (index >= inDetail) return [`- ${isolated(headline)}`];
  return [
    `- ${isolated(headline)}`,
    `  ${since}${cause === '' ? '' : `. ${cause}`}.${has === null ? '' : ` ${isolated(has)}.`}`,
    ...(url === null ? [] : [`  ${url}`]),
  ];
}
