import { type Html, html } from '../../notify/html.ts';
import type { Page } from '../html/layout.ts';

/** What is answered where a link or a form does not open anything: in words, and with nothing of the fleet. */
export type Refusal = 'unknown' | 'ended' | 'forbidden' | 'invalid' | 'unavailable';

const texts: Readonly<Record<Refusal, { readonly title: string; readonly lines: readonly string[] }>> = {
  unknown: {
    title: 'This link is not one of ours',
    lines: [
      'It leads nowhere. Mail programs sometimes cut long links in two, or part of it was lost when it was copied.',
      'Open the link in the message itself, or copy all of it.',
    ],
  },
  ended: {
    title: 'This link has ended',
    lines: [
      'It was good for some days after the end of what it was about, or the keys of all links have been changed since.',
      'If something is still wrong, the next message about it has a new link.',
    ],
  },
  forbidden: {
    title: 'Nothing was changed',
    lines: [
      'What was sent did not come from a page of this link.',
      'Open the link in your message again, and press there.',
    ],
  },
  invalid: {
    title: 'Nothing was changed',
    lines: ['What was sent could not be read.', 'Open the link in your message again, and press there.'],
  },
  unavailable: {
    title: 'Please try again in a minute',
    lines: [
      'What is known of this cannot be read at the moment, and nothing was changed.',
      'Messages go out all the same as soon as it can.',
    ],
  },
};

/** The status of each. */
export const refusalStatus: Readonly<Record<Refusal, number>> = {
  unknown: 404,
  ended: 410,
  forbidden: 403,
  invalid: 400,
  unavailable: 503,
};

export function refusalPage(refusal: Refusal): Page {
  const { title, lines } = texts[refusal];
  const paragraphs: Html[] = lines.map((line) => html`<p>${line}</p>`);
  return {
    title,
    main: html`<section class="card" aria-labelledby="headline"><h1 id="headline">${title}</h1>${paragraphs}</section>`,
  };
}
