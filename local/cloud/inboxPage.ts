import { Html, html } from '../../src/lib/notify/html.ts';
import type { ReceivedMail } from './email.ts';
import { type HookCall, parsedBody } from './hooks.ts';
import { inboxScript, inboxStyle } from './inboxStyle.ts';
import { type InboxTab, tabSection } from './inboxTab.ts';

export type Numbered<T> = { sequence: number; item: T };

/** Text as it stands, line breaks and blanks too; `html` would fold them. */
const verbatim = (text: string): Html =>
  new Html(text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`));

/** This machine's clock, with the name of its zone. */
const clock = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
});

const time = (iso: string): Html => html`<time datetime="${iso}">${clock.format(new Date(iso))}</time>`;

/** Links of a mail open in a tab of their own: a sandboxed frame must not navigate. */
const framed = (mail: ReceivedMail): Html =>
  html`<iframe title="The mail as its reader sees it" srcdoc="${verbatim(`<base target="_blank">${mail.html ?? ''}`)}"
    sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox" referrerpolicy="no-referrer"></iframe>`;

const viewLink = (sequence: number, view: 'html' | 'text', current: string, label: string): Html =>
  new Html(
    `<a href="/?mail=${sequence}${view === 'text' ? '&amp;view=text' : ''}"${view === current ? ' aria-current="true"' : ''}>${label}</a>`,
  );

const mailView = ({ sequence, item: mail }: Numbered<ReceivedMail>, wanted: 'html' | 'text'): Html => {
  const view = mail.html === null ? 'text' : mail.text === null ? 'html' : wanted;
  const rows: [string, string][] = [['From', mail.from], ...Object.entries(mail.headers)];
  const both = mail.html !== null && mail.text !== null;
  return html`<a class="back" href="/">← All mail</a>
<article class="mail" aria-labelledby="subject">
  <div class="head">
    <h2 id="subject"><bdi>${verbatim(mail.subject)}</bdi></h2>
    <div class="meta">To ${mail.to.join(', ')} · ${time(mail.receivedAt)}</div>
    <details id="mail-headers-${sequence}"><summary class="meta">Headers</summary>
    <dl>${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl></details>
    ${both ? html`<div class="views">${[viewLink(sequence, 'html', view, 'As HTML'), viewLink(sequence, 'text', view, 'As plain text')]}</div>` : null}
  </div>
  ${view === 'html' ? framed(mail) : html`<pre>${verbatim(mail.text ?? '')}</pre>`}
</article>`;
};

const mailRow = ({ sequence, item: mail }: Numbered<ReceivedMail>, selected: number | undefined): Html => {
  const current = sequence === selected ? new Html(' aria-current="true"') : null;
  return html`<li><a class="row" id="mail-${sequence}" href="/?mail=${sequence}"${current}>
  <div class="subject"><bdi>${verbatim(mail.subject)}</bdi></div>
  <div class="meta">${mail.to.join(', ')} · ${time(mail.receivedAt)}</div></a></li>`;
};

const callRow = ({ sequence, item: call }: Numbered<HookCall>): Html => {
  const body = parsedBody(call);
  const isObject = typeof body === 'object' && body !== null;
  const type = isObject && 'type' in body && typeof body.type === 'string' ? body.type : '';
  const good = call.status !== null && call.status < 300;
  const answer = call.status === null ? 'left hanging' : `answered ${call.status}`;
  const headers = Object.entries(call.headers)
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join('\n');
  return html`<li><details id="call-${sequence}"><summary>
  <span class="subject">${call.name}</span> ${type} · <span class="${good ? 'good' : 'bad'}">${answer}</span>
  <div class="meta">${time(call.receivedAt)}</div></summary>
  <pre tabindex="0" aria-label="Body">${verbatim(typeof body === 'string' ? body : JSON.stringify(body, null, 2))}</pre>
  <details id="headers-${sequence}"><summary class="meta">Headers</summary><pre>${verbatim(headers)}</pre></details>
</details></li>`;
};

const older = (path: string, items: readonly Numbered<unknown>[], hasOlder: boolean): Html | null =>
  hasOlder
    ? new Html(`<p class="older"><a href="${path}before=${items.at(-1)?.sequence}">Older</a></p>`)
    : null;

const version = (items: readonly Numbered<unknown>[]): string => `${items[0]?.sequence ?? 0}-${items.length}`;

const mailSection = (view: MailPage): Html => {
  const { list, hasOlder, selected, format } = view;
  if (list.length === 0) {
    return html`<div id="list" data-version="none"><p class="empty">No mail yet. It appears here as soon as it is sent.</p></div>`;
  }
  return html`<div class="both ${view.isReading ? 'reading' : 'listing'}">
<section id="list" data-version="${version(list)}-${selected?.sequence ?? 0}" aria-labelledby="all"><h2 id="all" class="hidden">All mail</h2><ul class="list">${list.map((each) => mailRow(each, selected?.sequence))}</ul>${older('/?', list, hasOlder)}</section>
<section id="mail" data-version="${selected?.sequence ?? 0}-${format}" aria-label="The chosen mail">${selected === undefined ? html`<p class="empty">This mail is no longer kept. <a href="/">All mail</a></p>` : mailView(selected, format)}</section>
</div>`;
};

const callSection = ({ list, hasOlder }: CallPage): Html =>
  list.length === 0
    ? html`<div id="list" data-version="none"><p class="empty">No webhook calls yet. Point a receiver at /hooks/any-name.</p></div>`
    : html`<section id="list" data-version="${version(list)}" aria-labelledby="all"><h2 id="all" class="hidden">Webhook calls</h2><ul class="list">${list.map(callRow)}</ul>${older('/?tab=hooks&amp;', list, hasOlder)}</section>`;

export type MailPage = {
  tab: 'mail';
  list: readonly Numbered<ReceivedMail>[];
  hasOlder: boolean;
  selected: Numbered<ReceivedMail> | undefined;
  /** Whether a mail was chosen; a phone then shows it alone. */
  isReading: boolean;
  format: 'html' | 'text';
};
export type CallPage = { tab: 'hooks'; list: readonly Numbered<HookCall>[]; hasOlder: boolean };

/** The inbox as HTML; everything that came from outside is escaped, and mails run in a frame without scripts. */
export const renderInbox = (
  page: MailPage | CallPage | InboxTab,
  counts: { mails: number; calls: number; tabs: readonly InboxTab[] },
  nonce: string,
): string => {
  const shown = 'tab' in page ? page.tab : page.id;
  const current = (tab: string): Html | null => (shown === tab ? new Html(' aria-current="page"') : null);
  const numbers = [counts.mails, counts.calls, ...counts.tabs.map(({ calls }) => calls.count)].join('-');
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Inbox · local cloud</title>
<style>${new Html(inboxStyle)}</style>
</head>
<body>
<a class="skip" href="#content">To the content</a>
<header>
<h1>Local inbox</h1>
<nav id="counts" data-version="${numbers}" aria-label="What was received">
<a href="/"${current('mail')}>Mail (${counts.mails})</a>
<a href="/?tab=hooks"${current('hooks')}>Webhook calls (${counts.calls})</a>
${counts.tabs.map(({ id, label, calls }) => html`<a href="/?tab=${id}"${current(id)}>${label} (${calls.count})</a>`)}
</nav>
</header>
<main id="content">${'tab' in page ? (page.tab === 'mail' ? mailSection(page) : callSection(page)) : tabSection(page)}</main>
<script nonce="${nonce}">${new Html(inboxScript)}</script>
</body>
</html>`.markup;
};
