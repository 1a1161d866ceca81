import { type Html, html } from '../../notify/html.ts';
import type { Page } from '../html/layout.ts';

/** What is answered where a link or a form does not open anything: in words, and with nothing of the fleet. */
export type Refusal = 'unknown' | 'ended' | 'forbidden' | 'invalid' | 'unavailable' | 'absent' | 'closed';

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
      'What was sent did not come from this page as it was shown to you, or you may not do that.',
      'Open the link in your message, or the page, again, and press there.',
    ],
  },
  invalid: {
    title: 'Nothing was changed',
    lines: [
      'What was sent could not be read.',
      'Open the link in your message, or the page, again, and press there.',
    ],
  },
  absent: {
    title: 'There is nothing here',
    lines: ['What was here is kept no longer, or it is of a site that you may not see.'],
  },
  closed: {
    title: 'You may not see this',
    lines: [
      'These pages are for people with a role: reader or operator. Whoever manages the app in Entra ID can give it to you.',
      'A message about an incident has a link of its own, which opens without signing in.',
    ],
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
  absent: 404,
  closed: 403,
  unavailable: 503,
};

/** Nobody is known yet who could see a page. @param address where people sign in */
export function signInPage(address: string): Page {
  return {
    title: 'Please sign in',
    main: html`<section class="card" aria-labelledby="headline"><h1 id="headline">Please sign in</h1><p>These pages are for people with a role.</p><p><a class="press" href="${address}">Sign in</a></p></section>`,
  };
}

export function refusalPage(refusal: Refusal): Page {
  const { title, lines } = texts[refusal];
  const paragraphs: Html[] = lines.map((line) => html`<p>${line}</p>`);
  return {
    title,
    main: html`<section class="card" aria-labelledby="headline"><h1 id="headline">${title}</h1>${paragraphs}</section>`,
  };
}
