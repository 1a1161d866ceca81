import { type Html, html } from './html.ts';
import { emailPage, paragraphs, quiet, section, text, wrap } from './page.ts';
import type { DeviceLine, EmailContent, Fact } from './renderContent.ts';

/** The HTML part of a mail about an incident. */
export function renderEmailHtml(content: EmailContent, subject: string): string {
  const sections = [facts(content), steps(content), diagnosis(content), devices(content), links(content)];
  const preview = `${content.reason} ${content.explanation[0] ?? ''}`;
  return emailPage(
    { ...content, preview },
    sections.filter((section) => section !== null),
    subject,
  );
}

function facts(content: EmailContent): Html {
  return html`<tr><td class="pad" style="padding:0 24px 4px">${factTable(content.facts)}</td></tr>`;
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
