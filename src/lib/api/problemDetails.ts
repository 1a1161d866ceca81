import type { Problem } from '../config/problem.ts';

/** RFC 9457. Without `type`, the title is that of the status. */
export type ProblemDetails = {
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Of a body or of parameters: each mistake, in the manner of the configuration's. */
  readonly errors?: readonly Problem[];
};

const titles = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  415: 'Unsupported Media Type',
  503: 'Service Unavailable',
} as const;

export type ProblemStatus = keyof typeof titles;

export const problemType = 'application/problem+json';

export function problemDetails(
  status: ProblemStatus,
  detail: string,
  errors?: readonly Problem[],
): ProblemDetails {
  return { title: titles[status], status, detail, ...(errors ? { errors } : {}) };
}
