import { type Place, placesOf } from './htmlPlaces.ts';
import { harmless, oneLine } from './words/oneLine.ts';
import { type Name, shownName } from './words/phrase.ts';

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
 * @throws {TypeError} for text where no escaping makes it safe: between the attributes of a tag, in an attribute without
 * quotes, in a script or style sheet
 */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  const places = placesOf(strings);
  let markup = strings[0] ?? '';
  for (const [index, value] of values.entries()) {
    markup += renderAt(places[index] ?? 'text', value) + strings[index + 1];
  }
  return new Html(markup);
}

function renderAt(place: Place, value: Value): string {
  if (place === 'text') return render(value);
  if (place === 'attribute') return renderInAttribute(value);
  if (value === null) return '';
  if (value instanceof Html) return value.markup;
  throw new TypeError(
    `only markup may stand ${place === 'tag' ? 'between attributes' : 'in a script or style'}`,
  );
}

function render(value: Value): string {
  if (value === null) return '';
  if (typeof value !== 'object') return escapeHtml(String(value));
  if (value instanceof Html) return value.markup;
  if ('name' in value) return `<bdi>${escaped(shownName(value.name))}</bdi>`;
  return value.map((part) => (typeof part === 'string' ? escaped(harmless(part)) : render(part))).join('');
}

/** An attribute has no markup in it: a name stands there as plain text. */
function renderInAttribute(value: Value): string {
  if (value instanceof Html && value.markup.includes('"'))
    throw new TypeError('markup with quotes in an attribute');
  if (Array.isArray(value)) return value.map((part) => renderInAttribute(part as Value)).join('');
  return value !== null && typeof value === 'object' && 'name' in value
    ? escaped(shownName(value.name))
    : render(value);
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
