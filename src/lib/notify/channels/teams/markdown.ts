import { isolated, type Phrase } from '../../words/phrase.ts';

/**
 * A phrase as one line of a card that is read as it stands, of at most so many characters. Cards take a part of CommonMark
 * in which a backslash makes a mark plain, and `{{DATE(…)}}`
 * (learn.microsoft.com/adaptive-cards/authoring-cards/text-features).
 */
export function plainLine(phrase: Phrase, chars = Number.POSITIVE_INFINITY): string {
  return cutTo(chars, isolated(phrase))
    .replace(/[\\`*_[\]<>~]|&(?=[#\w])/g, '\\$&')
    .replace(/\{(?=\{)/g, '{\\')
    .replace(/^(?:[-+#]|\d+(?=[.)]))/, (start) => (/\d/.test(start) ? `${start}\\` : `\\${start}`));
}

/** The cut is marked. */
function cutTo(chars: number, text: string): string {
  const characters = Array.from(text);
  return characters.length <= chars ? text : `${characters.slice(0, chars - 1).join('')}…`;
}
