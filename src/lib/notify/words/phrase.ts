import { harmless, harmlessName } from './oneLine.ts';

/** A name from outside in a text: a site, a device, a hub, a receiver. */
export type Name = { readonly name: string };

/** A text with its names marked, so that a channel can keep them from turning the text around. */
export type Phrase = string | readonly (string | Name)[];

/** Scripts that are written from right to left. */
const rightToLeft = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFE\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

/** A name as it is shown; a long one is cut. @param chars the most characters */
export function shownName(name: string, chars = Number.POSITIVE_INFINITY): string {
  const characters = Array.from(harmlessName(name));
  return characters.length <= chars ? characters.join('') : `${characters.slice(0, chars - 1).join('')}…`;
}

/** A phrase as one line without any marks. */
export function plain(phrase: Phrase): string {
  return partsOf(phrase)
    .map((part) => (typeof part === 'string' ? harmless(part) : shownName(part.name)))
    .join('')
    .trim();
}

/** As `plain`, for text that nothing else lays out: names of right-to-left scripts stand between isolates. */
export function isolated(phrase: Phrase): string {
  return partsOf(phrase)
    .map((part) => (typeof part === 'string' ? harmless(part) : isolatedName(shownName(part.name))))
    .join('')
    .trim();
}

function isolatedName(name: string): string {
  return rightToLeft.test(name) ? `\u2068${name}\u2069` : name;
}

/** The parts of a phrase, in their order. */
function partsOf(phrase: Phrase): readonly (string | Name)[] {
  return typeof phrase === 'string' ? [phrase] : phrase;
}

/** A sentence with the places of a name marked in it, where the name is one that could turn the sentence around. */
export function withName(sentence: string, name: string): Phrase {
  if (!rightToLeft.test(name)) return sentence;
  return sentence.split(name).flatMap((part, index) => (index === 0 ? [part] : [{ name }, part]));
}
