import type * as z from 'zod';
import { type Problem, toProblem } from '../config/problem.ts';
import { schemaFindings } from '../config/schemaFindings.ts';
import { type ProblemDetails, problemDetails } from './problemDetails.ts';
import { windowFindings } from './requests.ts';

/** No body of ours comes near to it. */
const mostCharacters = 100_000;

export type Body = { readonly contentType: string | null; readonly text: string };

export type Checked<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: ProblemDetails };

/** The body of a request by its schema: 415 for what is not called JSON, 400 with every mistake. */
export function checkBody<Schema extends z.ZodType>(
  schema: Schema,
  { contentType, text }: Body,
): Checked<z.output<Schema>> {
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? 'none';
  if (type !== 'application/json' && !/^application\/[\w.-]+\+json$/.test(type)) {
    return refuse(problemDetails(415, `the body is ${type.slice(0, 50)}; send JSON as application/json`));
  }
  if (text.length > mostCharacters)
    return refuse(problemDetails(400, `the body is too long; send at most ${mostCharacters} characters`));
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return refuse(problemDetails(400, 'the body is not valid JSON'));
  }
  return check(schema, content, 'body');
}

/** Values of a request by their schema. @param source what they are called as a whole */
export function check<Schema extends z.ZodType>(
  schema: Schema,
  content: unknown,
  source: 'body' | 'query',
): Checked<z.output<Schema>> {
  const result = schema.safeParse(content);
  if (result.success) return { ok: true, value: result.data };
  const findings = schemaFindings(result.error.issues);
  return refuse(mistakes(findings.map((finding) => toProblem(finding, content, source))));
}

/** What is wrong with the times of a window; null: nothing. Milliseconds. */
export function windowProblem(
  window: { readonly from: number; readonly until: number },
  nowMs: number,
): ProblemDetails | null {
  const findings = windowFindings(window, nowMs);
  const asked = { until: new Date(window.until).toISOString() };
  return findings.length === 0
    ? null
    : mistakes(findings.map((finding) => toProblem(finding, asked, 'body')));
}

export function mistakes(errors: readonly Problem[]): ProblemDetails {
  const detail =
    errors.length === 1 ? 'the request has a mistake' : `the request has ${errors.length} mistakes`;
  return problemDetails(400, detail, errors);
}

function refuse(problem: ProblemDetails): { ok: false; problem: ProblemDetails } {
  return { ok: false, problem };
}
