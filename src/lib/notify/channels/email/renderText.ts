import { oneLine } from '../../words/oneLine.ts';
import type { EmailContent, Fact } from './renderContent.ts';

/** The plain text part of a mail. */
export function renderEmailText(content: EmailContent): string {
  const { steps, stepsNote, devices, devicesNote, evidenceFor, evidenceAgainst, errors, links } = content;
  const blocks = [
    [content.badge.toUpperCase(), content.headline, content.reason],
    content.facts.map(fact),
    titled('WHAT TO DO NEXT', [
      ...steps.map((step, index) => `${index + 1}. ${step}`),
      ...(stepsNote ? [stepsNote] : []),
    ]),
    titled('ABOUT THE CAUSE', [
      ...content.explanation,
      ...titled('For:', evidenceFor.map(item)),
      ...titled('Against:', evidenceAgainst.map(item)),
      ...titled('Errors in the logs:', errors.map(fact).map(item)),
    ]),
    titled('DEVICES', [
      ...devices.map(({ name, state, times }) => `${name}: ${state}${times === '' ? '' : `, ${times}`}`),
      ...(devicesNote ? [devicesNote] : []),
    ]),
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

function item(text: string): string {
  return `- ${text}`;
}

/** Lines under a title; no lines, no title. */
function titled(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines];
}
