import * as z from 'zod';
import { expects, section } from '../fields/fieldTypes.ts';
import type { ProblemDetails } from './problemDetails.ts';
import { type Checked, check, mistakes } from './readBody.ts';

/** The key of a function; it may always be there. */
const keyParameter = 'code';

/** Items of one answer. */
export const limits = { least: 1, most: 1_000, usual: 100 } as const;

const limitAccepted = `use a whole number from ${limits.least} to ${limits.most}`;

/** The parameters that every list takes. */
export const listParameters = {
  limit: z
    .string()
    .regex(/^\d{1,4}$/, { error: `is not a number; ${limitAccepted}` })
    .transform(Number)
    .refine((limit) => limit >= limits.least && limit <= limits.most, {
      error: `is out of range; ${limitAccepted}`,
    })
    .optional()
    .describe(`Items of one answer, ${limits.least} to ${limits.most}; ${limits.usual} by default.`)
    .meta({ pattern: '^\\d{1,4}$' }),
  cursor: z.string().optional().describe('Where to go on; only `nextLink` knows it.'),
};

/** A parameter that is a text, which may not be empty. */
export const word = (longest = 300) =>
  z
    .string({ error: expects('a text', 'use a text') })
    .min(1, { error: 'is empty; use a text, or leave it out' })
    .max(longest, { error: `is too long; use at most ${longest} characters` });

/** What of the query of a request its schema takes: 400 with every mistake, unknown names and repeated ones included. */
export function checkQuery<Shape extends z.core.$ZodShape>(
  shape: Shape,
  query: URLSearchParams,
): Checked<z.output<z.ZodObject<Shape, z.core.$strict>>> {
  const asked: Record<string, string> = {};
  const twice = new Set<string>();
  for (const [name, value] of query) {
    if (name === keyParameter) continue;
    if (Object.hasOwn(asked, name)) twice.add(name);
    asked[name] = value;
  }
  if (twice.size > 0) {
    const problem: ProblemDetails = mistakes(
      [...twice].map((name) => ({
        path: name.slice(0, 50),
        value: null,
        message: 'is given twice; give it once',
      })),
    );
    return { ok: false, problem };
  }
  return check(section(shape), asked, 'query') as Checked<z.output<z.ZodObject<Shape, z.core.$strict>>>;
}
