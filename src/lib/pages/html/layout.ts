import { Html, html } from '../../notify/html.ts';
import { pageStyle } from './style.ts';

/** A page: its title, and what stands in its main part, which has the one `h1`. */
export type Page = {
  readonly title: string;
  readonly main: Html;
  /** What leads to other pages; absent: nothing does. */
  readonly navigation?: Html;
  /** How it is refreshed; absent: it is not. */
  readonly refreshes?: Refresh;
};

export type Refresh = {
  /** Its own path and query. */
  readonly from: string;
  /** Where the script is. */
  readonly script: string;
  /** By the clock that the page shows, when it was made. */
  readonly madeAt: string;
};

/**
 * The whole document, complete without any script. Only its own style sheet carries the nonce of the policy, so markup
 * that got in all the same could neither run nor look like the rest.
 */
export function renderPage({ title, main, navigation, refreshes }: Page, nonce: string): string {
  return html`<!DOCTYPE html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex, nofollow">
<title>${title}</title>
<link rel="icon" href="data:,">
<style nonce="${nonce}">${new Html(pageStyle)}</style>${refreshes ? head(refreshes, nonce) : null}
</head>
<body>
${navigation ?? null}
${refreshes ? refreshed(main, refreshes, nonce) : html`<main>${main}</main>`}
</body>
</html>
`.markup;
}

function head({ script }: Refresh, nonce: string): Html {
  return html`
<meta name="htmx-config" content='{"extensions":"hx-csp","history":false,"morphIgnore":["data-htmx-powered","open"]}'>
<script src="${script}" nonce="${nonce}" defer></script>`;
}

/** The script (`script/refresh.js`) asks for it again; what is new is put in where it differs, and nothing else is touched. */
function refreshed(main: Html, { from, madeAt }: Refresh, nonce: string): Html {
  return html`<p id="old" class="card said" role="status" hidden></p>
<main id="main" hx-get="${from}" hx-trigger="refresh" hx-select="#main" hx-target="this" hx-swap="outerMorph" hx-nonce="${nonce}" data-made="${madeAt}">${main}</main>`;
}
