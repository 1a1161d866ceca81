import { harmless, oneLine } from '../../words/oneLine.ts';
import { type Name, shownName } from '../../words/phrase.ts';

/** Markup that is safe as it stands; only `html` makes it. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

type Value = string | number | Html | Name | readonly (string | Html | Name)[] | null;

/**
 * A template whose text values are escaped; markup comes only from the template itself and from other templates. Names
 * are isolated, so that their direction does not turn the text around them.
 */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(strings.reduce((markup, text, index) => markup + render(values[index - 1] ?? null) + text));
}

function render(value: Value): string {
  if (value === null) return '';
  if (typeof value !== 'object') return escapeHtml(String(value));
  if (value instanceof Html) return value.markup;
  if ('name' in value) return `<bdi>${escaped(shownName(value.name))}</bdi>`;
  return value.map((part) => (typeof part === 'string' ? escaped(harmless(part)) : render(part))).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for any place between tags or in a quoted attribute. */
function escapeHtml(text: string): string {
  return escaped(oneLine(text));
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
