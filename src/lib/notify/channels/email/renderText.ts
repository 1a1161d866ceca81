import { isolated, type Phrase } from '../../words/phrase.ts';
import { type EmailContent, pageLinks } from './renderContent.ts';
import type { Fact } from './renderFacts.ts';

/** The plain text part of a mail, in the order of the HTML part. */
export function renderEmailText(content: EmailContent): string {
  const { steps, stepsNote, devices, moreDevices, evidenceFor, evidenceAgainst, errors, links } = content;
  const blocks = [
    [content.badge.toUpperCase(), isolated(content.headline), isolated(content.reason)],
    [...content.facts.map(fact), ...pageLinks(content).map(({ label, url }) => `${label}: ${url}`)],
    titled('WHAT TO DO NEXT', [
      ...steps.map((step, index) => `${index + 1}. ${isolated(step)}`),
      ...(stepsNote ? [stepsNote] : []),
    ]),
    titled(
      'NOTES',
      content.notes.flatMap(({ title, lines }) => titled(`${title}:`, lines.map(item))),
    ),
    titled('ABOUT THE CAUSE', [
      ...content.explanation.map(isolated),
      ...titled('Evidence for:', evidenceFor.map(item)),
      ...titled('Evidence against:', evidenceAgainst.map(item)),
      ...titled('Errors in the logs:', errors.map(fact).map(item)),
    ]),
    titled('DEVICES', [
      ...devices.map(({ name, state, times }) =>
        isolated([{ name }, `: ${state}${times === '' ? '' : `, ${times}`}`]),
      ),
      ...(moreDevices > 0 ? [`and ${moreDevices} more`] : []),
    ]),
    titled('DETAILS', content.details.map(fact)),
    links.map(({ label, url }) => isolated(`${label}: ${url}`)),
    content.footer.map(isolated),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function fact({ label, value }: Fact): string {
  return `${isolated(label)}: ${isolated(value)}`;
}

function item(text: Phrase): string {
  return `- ${isolated(text)}`;
}

/** Lines under a title; no lines, no title. */
function titled(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines];
}
