/** A JSON value, the content of KQL's `dynamic`. */
export type Dynamic = null | boolean | number | string | Dynamic[] | { [key: string]: Dynamic };

/**
 * A cell. `datetime` is ticks of 100 ns since 0001-01-01 and `timespan` is ticks, both as bigint; strings are
 * never null, as in KQL; every other type may be null.
 */
export type Value = Dynamic | bigint;

export type Row = readonly Value[];

/** `type` is KQL's name: string, long, int, real, decimal, bool, datetime, timespan, guid, dynamic. */
export type Column = { name: string; type: string };

export type Table = { columns: readonly Column[]; rows: readonly Row[] };

/** The value of a cell that is not there. */
export const emptyOf = (type: string): Value => (type === 'string' ? '' : null);

/** Equal keys for equal values, for groups and sets. */
export const keyOf = (values: readonly Value[]): string =>
  JSON.stringify(values.map((value) => (typeof value === 'bigint' ? { ticks: String(value) } : value)));

/** Order within one type; nulls are the caller's business. */
export const compareValues = (left: Value, right: Value): number => {
  const [a, b] = typeof left === 'object' ? [keyOf([left]), keyOf([right])] : [left, right];
  if (a === b || b === null) return 0;
  return (a as string) < (b as string) ? -1 : 1;
};
