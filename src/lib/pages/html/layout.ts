import { Html, html } from '../../notify/html.ts';
import { pageStyle } from './style.ts';

/** A page: its title, and what stands in its main part, which has the one `h1`. */
export type Page = { readonly title: string; readonly main: Html };

/**
 * The whole document, complete without any script. Only its own style sheet carries the nonce of the policy, so markup
 * that got in all the same could neither run nor look like the rest.
 */
export function renderPage({ title, main }: Page, nonce: string): string {
  return html`<!DOCTYPE html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex, nofollow">
<title>${title}</title>
<link rel="icon" href="data:,">
<style nonce="${nonce}">${new Html(pageStyle)}</style>
</head>
<body>
<main>${main}</main>
</body>
</html>
`.markup;
}
