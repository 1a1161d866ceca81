import * as z from 'zod';
import { suggestion } from './nearest.ts';
import {
  durationAccepted,
  durationPattern,
  parseDuration,
  parsePercentage,
  parseRate,
  percentageAccepted,
  percentagePattern,
  rateAccepted,
  ratePattern,
} from './quantities.ts';

// The types that fields of the configuration are made of. Their messages follow the value or the key and say what is
// accepted.

/** Where the file may also say `${NAME}`, which an editor cannot look up. */
export const orSetting = (pattern: string) => `^(${pattern}|.*\\$\\{.*)$`;

/** The messages of one kind of value: for a missing one, and for one of another type. */
export const expects = (what: string, accepted: string) => (issue: { readonly input?: unknown }) =>
  issue.input === undefined ? `is missing; ${accepted}` : `is not ${what}; ${accepted}`;

/**
 * A text that `parse` understands; undefined means that it does not. One that has the form of `pattern` and is refused all
 * the same is out of range.
 */
function parsed<T>(
  parse: (text: string) => T | undefined,
  { what, pattern, accepted }: { readonly what: string; readonly pattern: string; readonly accepted: string },
) {
  const form = new RegExp(`^${pattern}$`);
  const schema = z.string({ error: expects(what, accepted) }).transform((text, context) => {
    const value = parse(text);
    if (value !== undefined) return value;
    const fault = form.test(text) ? 'is out of range' : `is not ${what}`;
    context.addIssue({ code: 'custom', message: `${fault}; ${accepted}`, input: text });
    return z.NEVER;
  });
  return schema.meta({ pattern: orSetting(pattern) });
}

/** A text in which `faultOf` finds nothing wrong. */
export function text(accepted: string, faultOf: (value: string) => string | null) {
  return z.string({ error: expects('a text', accepted) }).superRefine((value, context) => {
    const message = faultOf(value);
    if (message !== null) context.addIssue({ code: 'custom', message, input: value });
  });
}

/** A map with these keys and no others. */
export function section<Shape extends z.core.$ZodShape>(shape: Shape) {
  const known = Object.keys(shape);
  const expected = expects('a map', `use a map with the keys ${known.join(', ')}`);
  return z.strictObject(shape, {
    // One line for each key: `schemaFindings` takes them apart.
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => `is not a known key; ${suggestion(key, known)}`).join('\n')
        : expected(issue),
  });
}

export function listOf<Item extends z.ZodType>(item: Item, what: string) {
  return z.array(item, { error: expects('a list', `use a list of ${what}`) });
}

export function someOf<Item extends z.ZodType>(item: Item, what: string) {
  return listOf(item, what).min(1, { error: 'is empty; name at least one' });
}

export const duration = (longestMs?: number) =>
  parsed((written) => parseDuration(written, longestMs), {
    what: 'a duration',
    pattern: durationPattern,
    accepted: durationAccepted(longestMs),
  });

export const percentage = () =>
  parsed(parsePercentage, { what: 'a percentage', pattern: percentagePattern, accepted: percentageAccepted });

export const rate = () =>
  parsed(parseRate, { what: 'a number per time', pattern: ratePattern, accepted: rateAccepted });

export const count = () =>
  z.int({ error: expects('a whole number', 'use a whole number of at least 1, like 20') }).min(1, {
    error: 'is too small; use a whole number of at least 1, like 20',
  });

export const yesNo = () => z.boolean({ error: expects('true or false', 'use true or false') });

export const oneOf = <const Value extends string>(values: readonly Value[]) =>
  z.enum(values, { error: expects('accepted here', `use one of ${values.join(', ')}`) });

/** What is wrong with an id, a name or a sentence: it has to be readable. null: nothing. */
export function nameFault(text: string): string | null {
  if (text.trim() === '') return 'is empty; use a text';
  if (text !== text.trim()) return 'has leading or trailing spaces; remove them';
  return /\p{Cc}/u.test(text) ? 'contains a control character; use plain text on one line' : null;
}
