import { bin } from './arithmetic.ts';
import { cast, toBool, toDatetime, toDynamic, toNumber, toText, toTimespan, toWhole } from './convert.ts';
import type { KqlNode } from './syntax.ts';
import { compileRegex } from './textSearch.ts';
import { compareValues, type Dynamic, type Value } from './value.ts';

/** A function of its arguments' values alone; `types` are the arguments' types, `node` the call. */
type Plain = (values: readonly Value[], types: readonly string[], node: KqlNode) => Value;

const text = (values: readonly Value[], types: readonly string[], index: number): string =>
  toText(values[index] ?? null, types[index] ?? '');

const onText =
  (change: (text: string) => Value): Plain =>
  (values, types) =>
    change(text(values, types, 0));

const onNumber =
  (change: (value: number) => number): Plain =>
  ([value]) => {
    const parsed = toNumber(value ?? null);
    return parsed === null ? null : change(parsed);
  };

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

const extractAll: Plain = (values, types, node) =>
  [...text(values, types, 1).matchAll(compileRegex(text(values, types, 0), node, 'g'))].map((match) =>
    match.length > 2 ? match.slice(1) : (match[1] ?? match[0]),
  );

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

const extreme =
  (sign: 1 | -1): Plain =>
  (values) =>
    values.reduce((best, value) =>
      best === null || (value !== null && compareValues(value, best) * sign > 0) ? value : best,
    );

const bag: Plain = (values, types) => {
  const entries = Array.from({ length: values.length / 2 }, (_, pair): [string, Dynamic] => [
    text(values, types, pair * 2),
    toDynamic(values[pair * 2 + 1] ?? null, types[pair * 2 + 1] ?? ''),
  ]);
  return Object.fromEntries(entries);
};

const round: Plain = (values) => {
  const value = toNumber(values[0] ?? null);
  const scale = 10 ** (toWhole(values[1] ?? null) ?? 0);
  return value === null ? null : Math.round(value * scale) / scale;
};

const trim: Plain = (values, types, node) => {
  const edge = `(?:${text(values, types, 0)})`;
  return text(values, types, 1)
    .replace(compileRegex(`^${edge}`, node), '')
    .replace(compileRegex(`${edge}$`, node), '');
};

const listOf = (value: Value): Dynamic[] => (Array.isArray(value) ? value : []);

export const plainFunctions: Readonly<Record<string, Plain>> = {
  parse_json: parseJson,
  todynamic: parseJson,
  toobject: parseJson,
  tostring: onText((value) => value),
  toint: ([value = null]) => toWhole(value),
  tolong: ([value = null]) => toWhole(value),
  toreal: ([value = null]) => toNumber(value),
  todouble: ([value = null]) => toNumber(value),
  tobool: ([value = null]) => toBool(value),
  toboolean: ([value = null]) => toBool(value),
  todatetime: ([value = null]) => toDatetime(value),
  totimespan: ([value = null]) => toTimespan(value),
  not: ([value = null]) => (toBool(value) === null ? null : !toBool(value)),
  isnull: ([value = null], types) => value === null && types[0] !== 'string',
  isnotnull: ([value = null], types) => value !== null || types[0] === 'string',
  isempty: isEmpty,
  isnotempty: (...call) => isEmpty(...call) === false,
  notempty: (...call) => isEmpty(...call) === false,
  strlen: onText((value) => [...value].length),
  tolower: onText((value) => value.toLowerCase()),
  toupper: onText((value) => value.toUpperCase()),
  strcat: (values, types) => values.map((_, index) => text(values, types, index)).join(''),
  strcat_delim: (values, types) =>
    values
      .slice(1)
      .map((_, index) => text(values, types, index + 1))
      .join(text(values, types, 0)),
  strcat_array: (values, types) =>
    listOf(values[0] ?? null)
      .map((item) => toText(item, 'dynamic'))
      .join(text(values, types, 1)),
  split,
  substring,
  extract,
  extract_all: extractAll,
  replace_string: (values, types) =>
    text(values, types, 0).replaceAll(text(values, types, 1), () => text(values, types, 2)),
  replace_regex: replaceRegex,
  trim,
  indexof: (values, types) => text(values, types, 0).indexOf(text(values, types, 1)),
  bin: ([value = null, size = null]) => bin(value, size),
  floor: ([value = null, size = null]) => bin(value, size),
  bin_at: ([value = null, size = null, at = null]) => {
    if (typeof value === 'bigint' && typeof at === 'bigint') return (bin(value - at, size) as bigint) + at;
    const start = toNumber(at);
    const rest = start === null ? null : bin((toNumber(value) ?? 0) - start, size);
    return typeof rest === 'number' && start !== null ? rest + start : null;
  },
  abs: ([value = null], types, node) =>
    typeof value === 'bigint' ? (value < 0n ? -value : value) : onNumber(Math.abs)([value], types, node),
  ceiling: onNumber(Math.ceil),
  round,
  min_of: extreme(-1),
  max_of: extreme(1),
  array_length: ([value = null]) => (Array.isArray(value) ? value.length : null),
  set_has_element: ([value = null, item = null]) => listOf(value).includes(item as Dynamic),
  pack_array: (values, types) => values.map((value, index) => toDynamic(value, types[index] ?? '')),
  bag_pack: bag,
  pack: bag,
  bag_keys: ([value = null]) =>
    value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.keys(value) : null,
};
