import * as z from 'zod';
import { longest } from '../control/limits.ts';
import { expects } from '../fields/fieldTypes.ts';
import { durationPattern, formatDuration, parseDuration } from '../fields/quantities.ts';

// The types that bodies of requests are made of. Their messages follow the value and say what is accepted.

/** What a person wrote, without the space around it; several lines where that says so. */
export function words(most: number, lines: 'one line' | 'lines' = 'one line') {
  const accepted = `use a text of at most ${most} characters`;
  const forbidden = lines === 'one line' ? /\p{Cc}/u : /[^\P{Cc}\t\r\n]/u;
  return z
    .string({ error: expects('a text', accepted) })
    .trim()
    .min(1, { error: `is empty; ${accepted}` })
    .max(most, { error: `is too long; ${accepted}` })
    .refine((text) => !forbidden.test(text), { error: 'contains a control character; use plain text' });
}

export const by = () => words(longest.by).describe('Who does it, as others are to read it.');

/** A duration within bounds, in milliseconds. */
export function lasting({ least, most }: { readonly least: number; readonly most: number }) {
  const accepted = `use a number and a unit, like 30m or 4h, from ${formatDuration(least)} to ${formatDuration(most)}`;
  return z
    .string({ error: expects('a duration', accepted) })
    .transform((text, context) => {
      const durationMs = parseDuration(text, most);
      if (durationMs !== undefined && durationMs >= least) return durationMs;
      const fault = new RegExp(`^${durationPattern}$`).test(text) ? 'is out of range' : 'is not a duration';
      context.addIssue({ code: 'custom', message: `${fault}; ${accepted}`, input: text });
      return z.NEVER;
    })
    .meta({ pattern: `^${durationPattern}$` });
}

const accepted = 'use one with an offset, like 2026-12-05T06:00:00+01:00 or 2026-12-05T05:00:00Z';

/** RFC 3339, in milliseconds since 1970. */
export function instant() {
  return z
    .string({ error: expects('an instant', accepted) })
    .transform((text, context) => {
      const atMs = parseInstant(text);
      if (atMs !== null) return atMs;
      context.addIssue({ code: 'custom', message: `is not an instant; ${accepted}`, input: text });
      return z.NEVER;
    })
    .meta({ format: 'date-time' });
}

/** null: it is none. Engines take the 30th of February for the 2nd of March; here it is none. */
function parseInstant(text: string): number | null {
  const [, year, month, day] =
    /^(\d{4})-(\d{2})-(\d{2})T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/i.exec(text) ?? [];
  const atMs = Date.parse(text.toUpperCase());
  if (year === undefined || Number.isNaN(atMs)) return null;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.getUTCDate() === Number(day) ? atMs : null;
}
