import { oneLine } from '../../words/oneLine.ts';

/** The three characters that Slack's markup asks to be replaced (docs.slack.dev, "Formatting message text"). */
const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Text for markup, on one line: no link, mention or date can come of it. */
export function escapeMarkup(text: string): string {
  return oneLine(text).replace(/[&<>]/g, (character) => entities[character] ?? '');
}

/** A name that is shown as it is: within code nothing else is special. */
export function code(name: string): string {
  return `\`${escapeMarkup(name).replaceAll('`', "'") || ' '}\``;
}

/** A link, or null where the address could end it early or is too long to be kept whole. */
export function link(url: string, label: string): string | null {
  if (url.length > 2_000 || /[\s|<>]/.test(url)) return null;
  return `<${url.replaceAll('&', '&amp;')}|${escapeMarkup(label).replaceAll('|', '/')}>`;
}
