const split = new Map<string, readonly string[]>();

/**
 * Whether the text matches the glob, with case. `*` stands for any characters, none included; `\*` is an asterisk;
 * nothing else is special, because `?`, `(` and `!` are legal in device ids. Takes time in proportion to the text.
 */
export function matches(glob: string, text: string): boolean {
  const [first = '', ...rest] = literalsOf(glob);
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let position = first.length;
  for (const literal of rest) {
    const found = text.indexOf(literal, position);
    if (found < 0) return false;
    position = found + literal.length;
  }
  return text.length - last.length >= position && text.endsWith(last);
}

export function matchesAny(globs: readonly string[], text: string): boolean {
  return globs.some((glob) => matches(glob, text));
}

/** The texts between the stars. */
export function literalsOf(glob: string): readonly string[] {
  let literals = split.get(glob);
  if (!literals) {
    literals = glob.split(/(?<!\\)\*/).map((literal) => literal.replaceAll('\\*', '*'));
    split.set(glob, literals);
  }
  return literals;
}
