const compiled = new Map<string, RegExp>();

/**
 * Whether the text matches the glob, with case. `*` stands for any characters, none included; `\*` is an asterisk;
 * nothing else is special, because `?`, `(` and `!` are legal in device ids.
 */
export function matches(glob: string, text: string): boolean {
  let pattern = compiled.get(glob);
  if (!pattern) {
    const source = glob.replace(/\\\*|\*|[\\^$.|?+()[\]{}/-]/g, (token) => (token === '*' ? '.*' : toLiteral(token)));
    pattern = new RegExp(`^${source}$`, 'su');
    compiled.set(glob, pattern);
  }
  return pattern.test(text);
}

function toLiteral(token: string): string {
  if (token === '\\*') return '\\*';
  return token === '-' ? '-' : `\\${token}`;
}

export function matchesAny(globs: readonly string[], text: string): boolean {
  return globs.some((glob) => matches(glob, text));
}
