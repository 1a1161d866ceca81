import { closest, distance } from 'fastest-levenshtein';

/** What was probably meant: the nearest known word when it is near, else all of them. */
export function suggestion(word: string, known: readonly string[]): string {
  const nearest = nearestOf(word, known);
  if (nearest !== null) return `did you mean ${JSON.stringify(nearest)}?`;
  return known.length === 0 ? 'there are none' : `known: ${known.slice(0, 20).join(', ')}`;
}

/** The known word within about a third of the word's length in edits; null: none is that near. */
export function nearestOf(word: string, known: readonly string[]): string | null {
  if (known.length === 0) return null;
  const nearest = closest(word, known);
  const allowedEdits = Math.max(2, Math.ceil(word.length / 3));
  return distance(word, nearest) <= Math.min(allowedEdits, nearest.length - 1) ? nearest : null;
}
