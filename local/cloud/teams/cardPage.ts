import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Html, html } from '../../../src/lib/notify/html.ts';
import type { Journal } from '../journal.ts';
import { type Reply, ReplyError } from '../reply.ts';
import type { CloudRequest } from '../request.ts';
import type { Route } from '../router.ts';
import type { ReceivedCall } from '../standIn.ts';
import { cardIn } from './card.ts';

const { resolve } = createRequire(import.meta.url);

/** Microsoft's renderer, and the reader of Markdown that its makers use with it. */
const scripts: Readonly<Record<string, string>> = {
  'adaptivecards.js': 'adaptivecards/dist/adaptivecards.min.js',
  'markdown-it.js': 'markdown-it/dist/markdown-it.min.js',
};

const drawing = `
const { AdaptiveCard, HostConfig } = window.AdaptiveCards;
const markdown = window.markdownit();
AdaptiveCard.onProcessMarkdown = (text, result) => { result.outputHtml = markdown.render(text); result.didProcess = true; };
const card = new AdaptiveCard();
const style = (backgroundColor) => ({ backgroundColor });
card.hostConfig = new HostConfig({
  fontFamily: 'Segoe UI, system-ui, sans-serif',
  supportsInteractivity: true,
  containerStyles: { attention: style('#fbe3e2'), warning: style('#fff1d6'), good: style('#e2f3e6'), accent: style('#e1edf9') },
});
card.onExecuteAction = (action) => { if (action.url) window.open(action.url, '_blank', 'noopener'); };
card.parse(JSON.parse(document.getElementById('card').textContent));
document.getElementById('drawn').append(card.render());
`;

/** JSON in a script element: nothing in it may end the element. */
const embedded = (value: unknown): Html => new Html(JSON.stringify(value).replace(/</g, '\\u003c'));

const page = (card: object, nonce: string): string =>
  html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Card</title>
<style>body { margin: 8px; background: #fff; } button { font: inherit; padding: 4px 12px; margin: 4px 4px 0 0; }
#drawn p, #drawn ul, #drawn ol { margin-top: 0; margin-bottom: 0; white-space: normal; }
#drawn ul, #drawn ol { padding-left: 22px; }</style></head>
<body><div id="drawn"></div>
<script type="application/json" id="card" nonce="${nonce}">${embedded(card)}</script>
<script nonce="${nonce}" src="/inbox/markdown-it.js"></script>
<script nonce="${nonce}" src="/inbox/adaptivecards.js"></script>
<script nonce="${nonce}">${new Html(drawing)}</script>
</body></html>`.markup;

/** A page of its own for each card, drawn in the browser by the official renderer. Nothing else runs or loads there. */
export const createCardPages = (calls: Journal<ReceivedCall>): Route[] => {
  const show = (request: CloudRequest): Reply => {
    const sequence = Number(request.params.sequence);
    const [found] = Number.isSafeInteger(sequence) ? calls.newest(1, sequence + 1) : [];
    const card = found?.sequence === sequence ? cardIn(found.item.body) : null;
    if (card === null) throw new ReplyError(404, 'NotFound', 'This card is no longer kept.');
    const nonce = randomBytes(16).toString('base64');
    const policy = [
      "default-src 'none'",
      `script-src 'nonce-${nonce}'`,
      "style-src 'unsafe-inline'",
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'self'",
    ];
    return {
      status: 200,
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': policy.join('; '),
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      },
      body: page(card, nonce),
    };
  };
  const script = (request: CloudRequest): Reply => {
    const file = scripts[request.params.script ?? ''];
    if (file === undefined) throw new ReplyError(404, 'NotFound', 'There is no such script.');
    return {
      status: 200,
      headers: { 'content-type': 'text/javascript; charset=utf-8', 'x-content-type-options': 'nosniff' },
      body: readFileSync(resolve(file), 'utf8'),
    };
  };
  return [
    { method: 'GET', path: '/inbox/{script}', handle: script },
    { method: 'GET', path: '/inbox/teams/{sequence}', handle: show },
  ];
};
