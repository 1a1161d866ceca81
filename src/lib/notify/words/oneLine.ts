/**
 * Text from outside as one harmless line: control characters, line and paragraph separators and the marks that
 * reverse the reading direction (Unicode TR 36 §2.6) become `�`, white space becomes a blank.
 */
export function oneLine(text: string): string {
  return text
    .replace(/\s+/gu, ' ')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu, '\uFFFD')
    .trim();
}
