import { literalsOf, matches } from './glob.ts';

/** Finds the first of many globs that matches a text, without trying them all. */
export type GlobIndex<Value> = (text: string) => Value | undefined;

type Entry<Value> = { readonly order: number; readonly glob: string; readonly value: Value };

/**
 * Indexes globs by the literal text before their first star: a text is compared with those alone whose beginning it
 * has. Of several that match, the first in the list wins.
 */
export function indexGlobs<Value>(globs: Iterable<readonly [glob: string, value: Value]>): GlobIndex<Value> {
  const byPrefix = new Map<string, Entry<Value>[]>();
  let order = 0;
  for (const [glob, value] of globs) {
    const [prefix = ''] = literalsOf(glob);
    const entries = byPrefix.get(prefix) ?? [];
    entries.push({ order: order++, glob, value });
    byPrefix.set(prefix, entries);
  }
  const lengths = [...new Set([...byPrefix.keys()].map((prefix) => prefix.length))];
  return (text) => {
    let best: Entry<Value> | undefined;
    for (const length of lengths) {
      if (length > text.length) continue;
      for (const entry of byPrefix.get(text.slice(0, length)) ?? []) {
        if (best && entry.order > best.order) break;
        if (matches(entry.glob, text)) {
          best = entry;
          break;
        }
      }
    }
    return best?.value;
  };
}
