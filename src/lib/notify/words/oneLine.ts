/** Characters that steer the text around them: controls, separators, marks of direction (Unicode TR 36 §2.6). */
const steering = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

/** Text from outside as one harmless line: white space becomes a blank, what would steer the text becomes `�`. */
export function oneLine(text: string): string {
  return harmless(text).trim();
}

/** A part of a line: as `oneLine`, with the blanks at its ends. */
export function harmless(text: string): string {
  return text.replace(/\s+/gu, ' ').replace(steering, '\uFFFD');
}

/** A name from outside, in which white space other than a blank steers too. */
export function harmlessName(name: string): string {
  return name.replace(steering, '\uFFFD');
}
