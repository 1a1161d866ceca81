import { type Html, html } from './html.ts';
import type { DeviceLine, EmailContent, Fact, Tone } from './renderEmailContent.ts';

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
  .card td, .card th, .card li, .card p { color: #e8eaed !important; }
  .card .quiet { color: #aab2bd !important; }
  .card .line { border-color: #3a424b !important; }
  .card .onColour { color: #ffffff !important; }
  .card a { color: #8ab8f5 !important; }
}
@media (max-width: 480px) { .pad { padding-left: 16px !important; padding-right: 16px !important; } }
</style>`;

const font = 'font-family:Segoe UI,Roboto,Helvetica,Arial,sans-serif';
const text = `${font};font-size:15px;line-height:22px;color:#1f2429`;
const quiet = `${font};font-size:13px;line-height:19px;color:#5b6470`;
const wrap = 'overflow-wrap:anywhere;word-break:break-word';

/** The HTML part of a mail: one column of at most 640 px, no images, no script, nothing loaded. */
export function renderEmailHtml(content: EmailContent, subject: string): string {
  const colour = colours[content.tone];
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${subject}</title>
${styleSheet}
</head>
<body class="page" style="margin:0;padding:0;background:#eef0f2">
<div style="display:none;max-height:0;overflow:hidden">${content.reason} ${content.explanation[0] ?? null}</div>
<table role="presentation" class="page" style="width:100%;border-collapse:collapse;background:#eef0f2"><tbody><tr><td align="center" style="padding:12px 8px">
<table role="presentation" class="card" style="width:100%;max-width:640px;border-collapse:collapse;table-layout:fixed;background:#ffffff"><tbody>
<tr><td class="pad onColour" style="padding:10px 24px;background:${colour};${font};font-size:14px;line-height:20px;font-weight:700;color:#ffffff">${content.badge}</td></tr>
<tr><td class="pad" style="padding:18px 24px 2px;${font};font-size:21px;line-height:28px;font-weight:700;color:#1f2429;${wrap}">${content.headline}</td></tr>
<tr><td class="pad quiet" style="padding:2px 24px 12px;${quiet}">${content.reason}</td></tr>
<tr><td class="pad" style="padding:0 24px 4px">${factTable(content.facts)}</td></tr>
${steps(content)}
${diagnosis(content)}
${devices(content)}
${links(content)}
<tr><td class="pad quiet line" style="padding:14px 24px 18px;border-top:1px solid #dde1e5;${quiet};font-size:12px;${wrap}">${content.footer.map((line) => html`${line}<br>`)}</td></tr>
</tbody></table>
</td></tr></tbody></table>
</body>
</html>
`.markup;
}

function section(title: string, body: Html): Html {
  return html`<tr><td class="pad" style="padding:14px 24px 4px;${text};${wrap}"><p style="margin:0 0 6px;${text};font-size:16px;font-weight:700">${title}</p>${body}</td></tr>`;
}

function factTable(facts: readonly Fact[]): Html {
  return html`<table style="width:100%;border-collapse:collapse;table-layout:fixed"><tbody>${facts.map(
    ({ label, value }) =>
      html`<tr><th scope="row" class="quiet" align="left" style="width:104px;padding:3px 8px 3px 0;vertical-align:top;${quiet};line-height:22px;font-weight:400">${label}</th><td style="padding:3px 0;${text};${wrap}">${value}</td></tr>`,
  )}</tbody></table>`;
}

function steps({ steps, stepsNote }: EmailContent): Html {
  const list = html`<ol style="margin:0;padding:0 0 0 22px">${steps.map(
    (step) => html`<li style="margin:0 0 5px;${text};${wrap}">${step}</li>`,
  )}</ol>`;
  return section(
    'What to do next',
    html`${steps.length > 0 ? list : null}${paragraphs(stepsNote ? [stepsNote] : [])}`,
  );
}

function diagnosis({ explanation, evidenceFor, evidenceAgainst, errors }: EmailContent): Html | null {
  if ([explanation, evidenceFor, evidenceAgainst, errors].every(({ length }) => length === 0)) return null;
  return section(
    'About the cause',
    html`${paragraphs(explanation)}${evidence('What speaks for it', evidenceFor)}${evidence('What speaks against it', evidenceAgainst)}${
      errors.length > 0 ? html`${label('Errors in the logs')}${errorTable(errors)}` : null
    }`,
  );
}

function evidence(title: string, items: readonly string[]): Html | null {
  if (items.length === 0) return null;
  return html`${label(title)}<ul style="margin:0 0 5px;padding:0 0 0 22px">${items.map(
    (item) => html`<li style="${text};${wrap}">${item}</li>`,
  )}</ul>`;
}

function errorTable(errors: readonly Fact[]): Html {
  return html`<table style="width:100%;border-collapse:collapse;table-layout:fixed"><tbody>${errors.map(
    (error) => html`<tr><td style="padding:2px 0;${text};${wrap}">${error.label}: ${error.value}</td></tr>`,
  )}</tbody></table>`;
}

function devices({ devices, devicesNote }: EmailContent): Html | null {
  if (devices.length === 0) return null;
  return section(
    'Devices',
    html`<table style="width:100%;border-collapse:collapse;table-layout:fixed"><tbody>${devices.map(deviceRow)}</tbody></table>${
      devicesNote ? html`<p class="quiet" style="margin:6px 0 0;${quiet}">${devicesNote}</p>` : null
    }`,
  );
}

// Short on purpose: Gmail cuts mails off at 102 KB, and this stands there a hundred times.
function deviceRow({ name, state, times }: DeviceLine): Html {
  return html`<tr><td class="line row id">${name}</td><td class="line row"><b>${state}</b> ${times}</td></tr>`;
}

function links({ links }: EmailContent): Html | null {
  const web = links.filter(({ url }) => /^https?:\/\//.test(url));
  if (web.length === 0) return null;
  return html`<tr><td class="pad" style="padding:14px 24px 16px;${text}">${web.map(
    ({ label, url }) =>
      html`<a href="${url}" style="${text};color:#1d5fa8;font-weight:600;margin-right:20px;white-space:nowrap">${label}</a> `,
  )}</td></tr>`;
}

function label(title: string): Html {
  return html`<p class="quiet" style="margin:8px 0 2px;${quiet}">${title}</p>`;
}

function paragraphs(lines: readonly string[]): Html[] {
  return lines.map((line) => html`<p style="margin:0 0 5px;${text};${wrap}">${line}</p>`);
}
