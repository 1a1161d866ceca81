import { oneLine } from './oneLine.ts';
import type { EmailContent, Fact } from './renderEmailContent.ts';

/** The plain text part of a mail. */
export function renderEmailText(content: EmailContent): string {
  const { steps, stepsNote, devices, devicesNote, evidenceFor, evidenceAgainst, errors, links } = content;
  const blocks = [
    [content.badge.toUpperCase(), content.headline, content.reason],
    content.facts.map(fact),
    [
      'WHAT TO DO NEXT',
      ...steps.map((step, index) => `${index + 1}. ${step}`),
      ...(stepsNote ? [stepsNote] : []),
    ],
    [
      'LIKELY CAUSE',
      content.cause,
      ...content.explanation,
      ...list('For:', evidenceFor),
      ...list('Against:', evidenceAgainst),
      ...list('Errors in the logs:', errors.map(fact)),
    ],
    devices.length === 0
      ? []
      : [
          'DEVICES',
          ...devices.map(({ name, state, times }) => `${name}: ${state}${times === '' ? '' : `, ${times}`}`),
          ...(devicesNote ? [devicesNote] : []),
        ],
    links.map(({ label, url }) => `${label}: ${url}`),
    content.footer,
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map(oneLine).join('\n'))
    .join('\n\n')}\n`;
}

function fact({ label, value }: Fact): string {
  return `${label}: ${value}`;
}

function list(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [title, ...items.map((item) => `- ${item}`)];
}
