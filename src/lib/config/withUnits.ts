import { given } from './given.ts';

const durations = [
  'offlineAfter',
  'recoveredAfter',
  'groupWait',
  'groupInterval',
  'remindEvery',
  'lateEventGrace',
  'diagnosisBudget',
  'window',
  'timeout',
  'retryFirst',
  'retryMax',
  'giveUpAfter',
] as const;
const names: ReadonlySet<string> = new Set(durations);

type WithUnits<T> = {
  [Field in keyof T as Field extends (typeof durations)[number] ? `${Field}Ms` : Field]: Exclude<
    T[Field],
    undefined
  >;
};

/** The same fields, durations named for their unit; fields without a value are left out. */
export function withUnits<T extends object>(written: T): WithUnits<T> {
  return Object.fromEntries(
    Object.entries(given(written)).map(([field, value]) => [names.has(field) ? `${field}Ms` : field, value]),
  ) as WithUnits<T>;
}
