import { type Html, html } from '../../html.ts';
import type { Phrase } from '../../words/phrase.ts';
import type { Tone } from './renderContent.ts';

const colours: Readonly<Record<Tone, string>> = {
  critical: '#b3261e',
  warning: '#b45309',
  info: '#1d5fa8',
  good: '#1b7a3d',
  ended: '#5b6470',
};

// Outlook for Windows lays out with Word: tables and inline styles only, the width by a table of its own. Mail
// clients that know dark mode take the style sheet, the others the inline colours.
const styleSheet = html`<style>
:root { color-scheme: light dark; supported-color-schemes: light dark; }
.row { padding: 5px 8px 5px 0; border-top: 1px solid #dde1e5; vertical-align: top; font: 14px/20px Segoe UI,Roboto,Helvetica,Arial,sans-serif; }
.id { word-break: break-all; }
@media (prefers-color-scheme: dark) {
  .page { background: #14171a !important; }
  .card { background: #1f2429 !important; }
  .card td, .card th, .card li, .card p, .card h1, .card h2, .card h3 { color: #e8eaed !important; }
  .card .quiet { color: #aab2bd !important; }
  .card .line { border-color: #3a424b !important; }
  .card .onColour { color: #ffffff !important; }
  .card a { color: #8ab8f5 !important; }
}
@media (max-width: 480px) { .pad { padding-left: 16px !important; padding-right: 16px !important; } }
</style>`;

const font = 'font-family:Segoe UI,Roboto,Helvetica,Arial,sans-serif';
export const text = `${font};font-size:15px;line-height:22px;color:#1f2429`;
export const quiet = `${font};font-size:13px;line-height:19px;color:#5b6470`;
export const wrap = 'overflow-wrap:anywhere;word-break:break-word';

/** What every mail has around its sections. */
export type EmailFrame = {
  readonly tone: Tone;
  readonly badge: string;
  readonly headline: Phrase;
  readonly reason: Phrase;
  /** What the list of mails shows beside the subject. */
  readonly preview: string;
  readonly footer: readonly Phrase[];
};

/**
 * A mail as a page: one column of at most 640 px, no images, no script, nothing loaded. The headline is its first heading,
 * each section has one of the second level.
 */
export function emailPage(frame: EmailFrame, sections: readonly Html[], title: string): string {
  const colour = colours[frame.tone];
  return html`<!DOCTYPE html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${title}</title>
${styleSheet}
</head>
<body class="page" style="margin:0;padding:0;background:#eef0f2">
<div style="display:none;max-height:0;overflow:hidden">${frame.preview}</div>
<main><table role="presentation" class="page" style="width:100%;border-collapse:collapse;background:#eef0f2"><tbody><tr><td align="center" style="padding:12px 8px">
<table role="presentation" class="card" style="width:100%;max-width:640px;border-collapse:collapse;table-layout:fixed;background:#ffffff"><tbody>
<tr><td class="pad onColour" style="padding:10px 24px;background:${colour};${font};font-size:14px;line-height:20px;font-weight:700;color:#ffffff">${frame.badge}</td></tr>
<tr><td class="pad" style="padding:16px 24px 2px"><h1 style="margin:0;${font};font-size:21px;line-height:28px;font-weight:700;color:#1f2429;${wrap}">${frame.headline}</h1></td></tr>
<tr><td class="pad quiet" style="padding:2px 24px 12px;${quiet}">${frame.reason}</td></tr>
${sections}
<tr><td class="pad quiet line" style="padding:14px 24px 18px;border-top:1px solid #dde1e5;${quiet};font-size:12px;${wrap}">${frame.footer.map((line) => html`${line}<br>`)}</td></tr>
</tbody></table>
</td></tr></tbody></table></main>
</body>
</html>
`.markup;
}

export function section(title: string, body: Html): Html {
  return html`<tr><td class="pad" style="padding:14px 24px 4px;${text};${wrap}"><h2 style="margin:0 0 6px;${text};font-size:16px;font-weight:700">${title}</h2>${body}</td></tr>`;
}

export function paragraphs(lines: readonly Phrase[]): Html[] {
  return lines.map((line) => html`<p style="margin:0 0 5px;${text};${wrap}">${line}</p>`);
}
