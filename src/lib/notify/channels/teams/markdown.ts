import { oneLine } from '../../words/oneLine.ts';

/**
 * Text as one line of a card that is read as it stands. Cards take a part of CommonMark in which a backslash makes a mark
 * plain, and `{{DATE(…)}}` (learn.microsoft.com/adaptive-cards/authoring-cards/text-features).
 */
export function plainLine(text: string): string {
  return oneLine(text)
    .replace(/[\\`*_[\]<>~]|&(?=[#\w])/g, '\\$&')
    .replace(/\{(?=\{)/g, '{\\')
    .replace(/^(?:[-+#]|\d+(?=[.)]))/, (start) => (/\d/.test(start) ? `${start}\\` : `\\${start}`));
}

/** At most so many characters, the cut marked. */
export function cutTo(chars: number, text: string): string {
  const characters = Array.from(text);
  return characters.length <= chars ? text : `${characters.slice(0, chars - 1).join('')}…`;
}
