import { oneLine } from './oneLine.ts';
import { type Name, shownName } from './phrase.ts';

const longest = 60;

/**
 * Who did something, for the middle of a sentence: `Ola Nordmann`, `somebody with the link sent to oslo-operators`. Beside a
 * name that was typed in, the link that it was typed in by is left out.
 *
 * @param by at most 100 characters, from outside
 */
export function whoDid(by: string, chars = longest): readonly (string | Name)[] {
  const who = oneLine(by);
  const [, typed] = /^(.+?) \(the link sent to .*\)$/.exec(who) ?? [];
  const name = { name: shownName(typed ?? who, chars) };
  return typed === undefined && who.startsWith('the link sent to ') ? ['somebody with ', name] : [name];
}

/** The same for the beginning of a sentence. */
export function whoFirst(by: string, chars = longest): readonly (string | Name)[] {
  return whoDid(by, chars).map((part) => (part === 'somebody with ' ? 'Somebody with ' : part));
}
