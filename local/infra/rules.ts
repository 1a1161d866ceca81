import { isDeepStrictEqual } from 'node:util';
import { ofType, type Prediction, valueAt } from './prediction.ts';

/** What every resource of a type, or one of them by the end of its name, has to have at a path. */
export type Rule = {
  readonly type: string;
  readonly name?: string;
  readonly at: string;
  /** The values that are accepted, or a pattern of them, or a test. */
  readonly is: readonly unknown[] | RegExp | ((value: unknown) => boolean);
  readonly otherwise: string;
};

/** What breaks the rules, by the names of the resources. */
export function broken(prediction: Prediction, rules: readonly Rule[]): string[] {
  return rules.flatMap(({ type, name = '', at, is, otherwise }) =>
    ofType(prediction, type)
      .filter((resource) => resource.name.endsWith(name) && !accepts(is, valueAt(resource, at)))
      .map((resource) => `${resource.name}: ${otherwise}`),
  );
}

function accepts(is: Rule['is'], value: unknown): boolean {
  if (is instanceof RegExp) return typeof value === 'string' && is.test(value);
  return typeof is === 'function' ? is(value) : is.some((accepted) => isDeepStrictEqual(accepted, value));
}
