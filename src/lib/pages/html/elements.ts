import { type Html, html } from '../../notify/html.ts';
import type { Phrase } from '../../notify/words/phrase.ts';

/** Headings may be repeated on a page, ids may not. @param id also where links lead */
export function card(id: string, title: string, body: Html): Html {
  return html`<section class="card" id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${body}</section>`;
}

export function facts(list: readonly { readonly label: string; readonly value: Phrase }[]): Html {
  return html`<dl>${list.map(({ label, value }) => html`<dt>${label}</dt><dd>${value}</dd>`)}</dl>`;
}

export function paragraphs(lines: readonly Phrase[]): Html {
  return html`${lines.map((line) => html`<p>${line}</p>`)}`;
}

export function bullets(lines: readonly Phrase[]): Html {
  return html`<ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>`;
}

/** A form that posts to a path of ours. @param token makes sure that its own page sends it */
export function form(path: string, token: string, body: Html): Html {
  return html`<form method="post" action="${path}"><input type="hidden" name="form" value="${token}">${body}</form>`;
}

/** What a reader may choose before pressing, out of the way of those who do not. */
export function more(summary: string, body: Html): Html {
  return html`<details><summary>${summary}</summary>${body}</details>`;
}

export function choice(
  id: string,
  name: string,
  label: string,
  options: readonly { readonly value: string; readonly label: string }[],
  chosen: string,
): Html {
  return html`<label for="${id}">${label}</label><select id="${id}" name="${name}">${options.map(
    ({ value, label: shown }) =>
      value === chosen
        ? html`<option value="${value}" selected>${shown}</option>`
        : html`<option value="${value}">${shown}</option>`,
  )}</select>`;
}

/** @param most characters */
export function line(id: string, name: string, label: string, most: number): Html {
  return html`<label for="${id}">${label}</label><input type="text" id="${id}" name="${name}" maxlength="${most}" autocomplete="off">`;
}
