import { createHash } from 'node:crypto';
import { bin } from './arithmetic.ts';
import { cast, toBool, toDatetime, toDynamic, toNumber, toText, toTimespan, toWhole } from './convert.ts';
import { notKnown } from './kqlError.ts';
import type { KqlNode } from './syntax.ts';
import { compileRegex } from './textSearch.ts';
import { parseTimespan } from './time.ts';
import type { Dynamic, Value } from './value.ts';

/** A function of its arguments' values alone; `types` are the arguments' types, `node` the call. */
type Plain = (values: readonly Value[], types: readonly string[], node: KqlNode) => Value;

const text = (values: readonly Value[], types: readonly string[], index: number): string =>
  toText(values[index] ?? null, types[index] ?? '');

const onText =
  (change: (text: string) => Value): Plain =>
  (values, types) =>
    change(text(values, types, 0));

const isEmpty: Plain = (values, types) =>
  (values[0] ?? null) === null
    ? types[0] === 'string' || types[0] === 'dynamic' || null
    : text(values, types, 0) === '';

const parseJson: Plain = ([value = null], types) => {
  if (typeof value !== 'string') return toDynamic(value, types[0] ?? '');
  if (value === '') return null;
  try {
    return JSON.parse(value) as Dynamic;
  } catch {
    return value;
  }
};

/** The group of the first match, cast to what the call's `typeof` asks for; '' where nothing matches. */
const extract: Plain = (values, types, node) => {
  const match = compileRegex(text(values, types, 0), node).exec(text(values, types, 2));
  const found = match?.[toWhole(values[1] ?? null) ?? 0] ?? '';
  return node.type === 'string' ? found : cast(found, 'string', node.type);
};

const split: Plain = (values, types) => {
  const parts = text(values, types, 0).split(text(values, types, 1));
  const index = values[2];
  return typeof index === 'number' ? parts.slice(index, index + 1) : parts;
};

const substring: Plain = (values, types) => {
  const start = toWhole(values[1] ?? null) ?? 0;
  const length = values.length > 2 ? (toWhole(values[2] ?? null) ?? 0) : undefined;
  return text(values, types, 0).slice(start, length === undefined ? undefined : start + length);
};

const replaceRegex: Plain = (values, types, node) =>
  text(values, types, 0).replace(
    compileRegex(text(values, types, 1), node, 'g'),
    text(values, types, 2)
      .replaceAll('$', '$$$$')
      .replace(/\\(\d)/g, '$$$1'),
  );

/** The number of places where the text stands (they may overlap) or the pattern matches. */
const countOf: Plain = (values, types, node) => {
  const [source, search] = [text(values, types, 0), text(values, types, 1)];
  if (search === '') throw notKnown('countof() of nothing', node);
  if (text(values, types, 2) === 'regex') return [...source.matchAll(compileRegex(search, node, 'g'))].length;
  let count = 0;
  for (let at = source.indexOf(search); at !== -1; at = source.indexOf(search, at + 1)) count += 1;
  return count;
};

/** Another hash than the service's, which advises to rely on none beyond one query (hash-function, Kusto docs). */
const hash: Plain = (values, types) => {
  const digest = createHash('sha256')
    .update(text(values, types, 0))
    .digest();
  const modulus = toWhole(values[1] ?? null);
  return modulus === null ? digest.readUIntBE(0, 6) : digest.readUIntBE(0, 6) % modulus;
};

const periods: Record<string, string> = {
  day: '1d',
  hour: '1h',
  minute: '1m',
  second: '1s',
  millisecond: '1ms',
};

/** How many boundaries of the period lie between two times. */
const datetimeDiff: Plain = ([name = null, later = null, earlier = null], _types, node) => {
  const period = periods[String(name).toLowerCase()];
  if (period === undefined) throw notKnown(`datetime_diff() by ${name}`, node);
  if (typeof later !== 'bigint' || typeof earlier !== 'bigint') return null;
  const ticks = parseTimespan(period)!;
  return Number(later / ticks - earlier / ticks);
};

const real: Plain = ([value = null]) => toNumber(value);
const whole: Plain = ([value = null]) => toWhole(value);

export const plainFunctions: Readonly<Record<string, Plain>> = {
  parse_json: parseJson,
  todynamic: parseJson,
  tostring: onText((value) => value),
  toint: whole,
  tolong: whole,
  toreal: real,
  todouble: real,
  tobool: ([value = null]) => toBool(value),
  todatetime: ([value = null]) => toDatetime(value),
  totimespan: ([value = null]) => toTimespan(value),
  not: ([value = null]) => (toBool(value) === null ? null : !toBool(value)),
  isnull: ([value = null], types) => value === null && types[0] !== 'string',
  isnotnull: ([value = null], types) => value !== null || types[0] === 'string',
  isempty: isEmpty,
  isnotempty: (...call) => isEmpty(...call) === false,
  strlen: onText((value) => [...value].length),
  tolower: onText((value) => value.toLowerCase()),
  toupper: onText((value) => value.toUpperCase()),
  strcat: (values, types) => values.map((_, index) => text(values, types, index)).join(''),
  split,
  substring,
  extract,
  indexof: (values, types) => text(values, types, 0).indexOf(text(values, types, 1)),
  countof: countOf,
  replace_string: (values, types) =>
    text(values, types, 0).replaceAll(text(values, types, 1), () => text(values, types, 2)),
  replace_regex: replaceRegex,
  hash,
  bin: ([value = null, size = null]) => bin(value, size),
  datetime_diff: datetimeDiff,
};
