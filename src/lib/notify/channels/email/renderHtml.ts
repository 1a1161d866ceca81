import { type Html, html } from '../../html.ts';
import { type Phrase, plain } from '../../words/phrase.ts';
import { emailPage, paragraphs, quiet, section, text, wrap } from './page.ts';
import type { DeviceLine, EmailContent, Link } from './renderContent.ts';
import type { Fact } from './renderFacts.ts';

/** More would push the rest of the mail out of sight. */
const listedDevices = 10;

/** The HTML part of a mail about an incident. */
export function renderEmailHtml(content: EmailContent, title: string): string {
  const sections = [
    facts(content),
    buttons(content),
    steps(content),
    notes(content),
    diagnosis(content),
    devices(content),
    section('Details', factTable(content.details)),
    links(content),
  ];
  const [cause] = content.explanation;
  const preview = `${plain(content.reason)} ${cause === undefined ? '' : plain(cause)}`;
  return emailPage(
    { ...content, preview },
    sections.filter((section) => section !== null),
    title,
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

/** The way to the incident and to "I have it", where a thumb finds them. */
function buttons({ incident, acknowledge, tone }: EmailContent): Html | null {
  if (incident === null || !isWeb(incident)) return null;
  const second =
    acknowledge === null || !isWeb(acknowledge)
      ? null
      : html` <a class="line" href="${acknowledge.url}" style="display:inline-block;margin:0 0 0 6px;padding:9px 16px;border:2px solid #1d5fa8;border-radius:6px;${text};color:#1d5fa8;font-weight:700;text-decoration:none">${acknowledge.label}</a>`;
  const colour = tone === 'good' || tone === 'ended' ? '#5b6470' : '#1d5fa8';
  return html`<tr><td class="pad" style="padding:8px 24px 10px"><a class="onColour" href="${incident.url}" style="display:inline-block;padding:11px 20px;border-radius:6px;background:${colour};${text};color:#ffffff;font-weight:700;text-decoration:none">${incident.label}</a>${second}</td></tr>`;
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

function notes({ notes }: EmailContent): Html | null {
  if (notes.length === 0) return null;
  return section('Notes', html`${notes.flatMap(({ title, lines }) => labelled(title, lines) ?? [])}`);
}

function diagnosis({ explanation, evidenceFor, evidenceAgainst, errors }: EmailContent): Html | null {
  if ([explanation, evidenceFor, evidenceAgainst, errors].every(({ length }) => length === 0)) return null;
  return section(
    'About the cause',
    html`${paragraphs(explanation)}${labelled('Evidence for', evidenceFor)}${labelled('Evidence against', evidenceAgainst)}${
      errors.length > 0 ? html`${label('Errors in the logs')}${errorTable(errors)}` : null
    }`,
  );
}

function labelled(title: string, items: readonly Phrase[]): Html | null {
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

/** The first devices; the rest is a count and the link to the incident. Without that link all are listed. */
function devices({ devices, moreDevices, incident }: EmailContent): Html | null {
  if (devices.length === 0) return null;
  const link = incident !== null && isWeb(incident) ? incident : null;
  const shown = link ? devices.slice(0, listedDevices) : devices;
  const more = devices.length - shown.length + moreDevices;
  const all = link && html`, <a href="${link.url}" style="color:#1d5fa8">all in the incident</a>`;
  return section(
    'Devices',
    html`<table style="width:100%;border-collapse:collapse;table-layout:fixed"><tbody>${shown.map(deviceRow)}</tbody></table>${
      more > 0 ? html`<p class="quiet" style="margin:6px 0 0;${quiet}">and ${more} more${all}</p>` : null
    }`,
  );
}

// Short on purpose: Gmail cuts mails off at 102 KB, and without a link to the incident this stands there a hundred times.
function deviceRow({ name, state, times }: DeviceLine): Html {
  return html`<tr><td class="line row id">${{ name }}</td><td class="line row"><b>${state}</b> ${times}</td></tr>`;
}

function links({ links }: EmailContent): Html | null {
  const web = links.filter(isWeb);
  if (web.length === 0) return null;
  return html`<tr><td class="pad" style="padding:14px 24px 16px;${text}">${web.map(
    ({ label, url }) =>
      html`<a href="${url}" style="${text};color:#1d5fa8;font-weight:600;margin-right:20px;white-space:nowrap">${label}</a> `,
  )}</td></tr>`;
}

function isWeb({ url }: Link): boolean {
  return /^https?:\/\//.test(url);
}

function label(title: string): Html {
  return html`<h3 class="quiet" style="margin:8px 0 2px;${quiet};font-weight:400">${title}</h3>`;
}
