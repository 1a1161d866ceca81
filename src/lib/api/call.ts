import type * as z from 'zod';
import type { ProblemStatus } from './problemDetails.ts';

/** One call of the API: what it takes and what it answers. Functions check by it, and it is described from it. */
export type Call = {
  readonly method: 'get' | 'post' | 'delete';
  /** As the functions name their routes, with `{parameters}`. */
  readonly route: string;
  readonly summary: string;
  /** By parameter of the route. */
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, z.ZodType>>;
  readonly body?: z.ZodType;
  readonly bodyIsOptional?: true;
  readonly status: 200 | 201;
  readonly answer: z.ZodType;
  /** It answers this too, for who accepts it. */
  readonly alsoAs?: string;
  readonly problems: readonly ProblemStatus[];
  /** It is about more than sites: who may see some sites alone may not. */
  readonly whole?: true;
  /** It needs no key. */
  readonly open?: true;
};

export type Query<Asked extends Call> = {
  readonly [Name in keyof NonNullable<Asked['query']>]: z.output<NonNullable<Asked['query']>[Name]>;
};
