import { Html, html } from '../../src/lib/notify/html.ts';
import type { Journal } from './journal.ts';
import type { ReceivedCall } from './standIn.ts';

/** A tab of the inbox for one kind of receiver. */
export type InboxTab = {
  /** In the address: `/?tab=…`. */
  id: string;
  label: string;
  calls: Journal<ReceivedCall>;
  /** What stands there before anything has come. */
  empty: string;
  /** What is in it, newest first, drawn as its receiver draws it. */
  draw: (calls: readonly ReceivedCall[]) => Html;
};

const shown = 200;

/** Text as it stands, line breaks and blanks too; `html` would fold them. */
export const verbatimText = (text: string): Html =>
  new Html(text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`));

/** How a call was answered. */
export const answered = ({ status }: ReceivedCall): Html =>
  status === null
    ? html`<span class="bad">left hanging</span>`
    : html`<span class="${status < 300 ? 'good' : 'bad'}">answered ${status}</span>`;

/** The calls as they came, for who wants to see the requests themselves. */
const requests = (
  calls: readonly ReceivedCall[],
): Html => html`<details id="requests"><summary>Requests</summary>
<ul class="list">${calls.map(
  (call) => html`<li><div class="meta">${call.name} · ${call.receivedAt} · ${answered(call)}</div>
<pre tabindex="0" aria-label="Body">${verbatimText(JSON.stringify(call.body, null, 2))}</pre></li>`,
)}</ul></details>`;

/** The content of a tab. */
export const tabSection = ({ label, calls, empty, draw }: InboxTab): Html => {
  const newest = calls.newest(shown);
  if (newest.length === 0)
    return html`<div id="list" data-version="none"><p class="empty">${empty}</p></div>`;
  const received = newest.map(({ item }) => item);
  const version = `${newest[0]?.sequence}-${newest.length}`;
  return html`<section id="list" data-version="${version}" aria-label="${label}">${draw(received)}${requests(received)}</section>`;
};
