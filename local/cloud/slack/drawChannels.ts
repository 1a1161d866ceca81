import { Html, html } from '../../../src/lib/notify/html.ts';
import { verbatimText } from '../inboxTab.ts';
import type { SlackMessage } from './channels.ts';

type Text = { type?: string; text?: string };
type Block = { type?: string; text?: Text; fields?: Text[]; elements?: Text[] };

const isAddress = (text: string): boolean => /^https?:\/\/[^\s"'<>]+$/.test(text);
const unescaped = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** Slack's markup as far as notices use it: code, bold and links. */
const drawMarkup = (text: string): Html => {
  const parts = text.split(/(`[^`\n]+`|\*[^*\n]+\*|<[^<>|]+\|[^<>]+>)/);
  return html`${parts.map((part) => {
    const [, code] = /^`(.+)`$/.exec(part) ?? [];
    if (code !== undefined) return html`<code>${verbatimText(unescaped(code))}</code>`;
    const [, bold] = /^\*(.+)\*$/.exec(part) ?? [];
    if (bold !== undefined) return html`<b>${verbatimText(unescaped(bold))}</b>`;
    const [, url, label] = /^<([^|]+)\|(.+)>$/.exec(part) ?? [];
    if (url !== undefined && isAddress(unescaped(url)))
      return html`<a href="${verbatimText(unescaped(url))}" target="_blank">${verbatimText(unescaped(label ?? ''))}</a>`;
    return verbatimText(unescaped(part));
  })}`;
};

const drawText = ({ type, text = '' }: Text): Html =>
  type === 'mrkdwn' ? drawMarkup(text) : verbatimText(text);

const drawBlock = ({ type, text, fields = [], elements = [] }: Block): Html => {
  if (type === 'header') return html`<div class="subject">${drawText(text ?? {})}</div>`;
  if (type === 'context') return html`<div class="meta">${elements.map(drawText)}</div>`;
  const own = text === undefined ? null : html`<div class="said">${drawText(text)}</div>`;
  return fields.length === 0
    ? html`${own}`
    : html`${own}<div class="fields">${fields.map((field) => html`<div class="said">${drawText(field)}</div>`)}</div>`;
};

const drawMessage = ({ text, blocks, edited, receivedAt }: SlackMessage): Html =>
  html`${Array.isArray(blocks) ? (blocks as Block[]).map(drawBlock) : verbatimText(text)}
<div class="meta"><time datetime="${receivedAt}">${receivedAt.slice(11, 19)}</time>${edited ? ' (edited)' : ''}</div>`;

/** Channels with their messages, the newest first, each with its thread below it. */
export const drawChannels = (messages: readonly SlackMessage[]): Html => {
  const threads = Map.groupBy(messages, ({ channel, threadTs }) => `${channel} ${threadTs}`);
  const heads = messages.filter(({ threadTs }) => threadTs === null).toReversed();
  return html`<ul class="list">${heads.map((head) => {
    const replies = threads.get(`${head.channel} ${head.ts}`) ?? [];
    const thread = replies.map(
      (reply) =>
        html`<li>${reply.broadcast ? html`<div class="meta">also sent to the channel</div>` : null}${drawMessage(reply)}</li>`,
    );
    return html`<li class="message"><div class="meta">${head.channel}</div>${drawMessage(head)}
${replies.length === 0 ? new Html('') : html`<ol class="story">${thread}</ol>`}</li>`;
  })}</ul>`;
};
