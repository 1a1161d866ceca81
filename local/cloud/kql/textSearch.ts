import { refused } from './kqlError.ts';
import type { KqlNode } from './syntax.ts';

const isTermCharacter = (text: string, index: number): boolean => {
  const character = text[index];
  return character !== undefined && /[\p{L}\p{N}]/u.test(character);
};

/** Whether the needle stands in the text as whole terms: no letter or digit goes on at its ends. */
const hasTerm = (text: string, needle: string): boolean => {
  for (let at = text.indexOf(needle); at !== -1; at = text.indexOf(needle, at + 1)) {
    const goesOnBefore = isTermCharacter(text, at - 1) && isTermCharacter(text, at);
    const last = at + needle.length;
    const goesOnAfter = isTermCharacter(text, last) && isTermCharacter(text, last - 1);
    if (!goesOnBefore && !goesOnAfter) return true;
  }
  return false;
};

type Test = (text: string, needle: string) => boolean;

const insensitive =
  (test: Test): Test =>
  (text, needle) =>
    test(text.toLowerCase(), needle.toLowerCase());

const sensitive: Record<string, Test> = {
  Has: hasTerm,
  Contains: (text, needle) => text.includes(needle),
  StartsWith: (text, needle) => text.startsWith(needle),
  EndsWith: (text, needle) => text.endsWith(needle),
};

/** The text operators by syntax kind: `HasExpression` ignores case, `HasCsExpression` does not, `Not…` negates. */
export const textTests: Readonly<Record<string, Test>> = Object.fromEntries(
  Object.entries(sensitive).flatMap(([name, test]): [string, Test][] => [
    [`${name}Expression`, insensitive(test)],
    [`Not${name}Expression`, (text, needle) => !insensitive(test)(text, needle)],
    [`${name}CsExpression`, test],
    [`Not${name}CsExpression`, (text, needle) => !test(text, needle)],
  ]),
);

/**
 * RE2 text as a JavaScript expression: leading flags and named groups are rewritten.
 * @throws KqlError naming the expression when it is broken.
 */
export const compileRegex = (source: string, node: KqlNode, flags = ''): RegExp => {
  const leading = /^\(\?([ims]+)\)/.exec(source);
  const body = source.slice(leading?.[0].length ?? 0).replaceAll('(?P<', '(?<');
  try {
    return new RegExp(body, [...new Set(flags + (leading?.[1] ?? ''))].join(''));
  } catch (error) {
    throw refused('SEM0420', `Regex pattern is ill-formed: '${source}': ${String(error)}`, node);
  }
};
