import { toBool, toDynamic, toNumber, toWhole } from './convert.ts';
import { refused } from './kqlError.ts';
import { argumentsOf, columnIndex, compile, type Evaluate, type Scope } from './scope.ts';
import { type KqlNode, part } from './syntax.ts';
import { compareValues, emptyOf, keyOf, type Row, type Value } from './value.ts';

/** The values of an aggregate's arguments over one group: `get(i)` evaluates the i-th argument on every row. */
type Group = { get: (argument: number) => Value[]; count: number; node: KqlNode };
type Aggregate = (group: Group) => Value;

const present = (values: readonly Value[]): Value[] => values.filter((value) => value !== null);

const numbers = (values: readonly Value[]): number[] =>
  values.map(toNumber).filter((value) => value !== null);

const total = (values: readonly Value[], node: KqlNode): Value => {
  const found = present(values);
  if (found.some((value) => typeof value === 'bigint')) {
    return found.reduce<bigint>((sum, value) => sum + (value as bigint), 0n);
  }
  return node.type === 'timespan' ? 0n : numbers(found).reduce((sum, value) => sum + value, 0);
};

const extreme = (values: readonly Value[], sign: 1 | -1): Value =>
  present(values).reduce<Value>(
    (best, value) => (best === null || compareValues(value, best) * sign > 0 ? value : best),
    null,
  );

const distinct = (values: readonly Value[]): Value[] => [
  ...new Map(present(values).map((value) => [keyOf([value]), value])).values(),
];

/** At most as many elements as the last argument says. */
const collected = (values: readonly Value[], group: Group, sizeArgument: number): Value => {
  const [item, size] = [argumentsOf(group.node)[0]!, argumentsOf(group.node)[sizeArgument]];
  const limit = size === undefined ? 1_048_576 : (toWhole(group.get(sizeArgument)[0] ?? null) ?? 1_048_576);
  return values.slice(0, limit).map((value) => toDynamic(value, item.type));
};

/** Argument 0 on those rows where argument 1 holds. */
const where = (group: Group): Value[] => {
  const tests = group.get(1);
  return group.get(0).filter((_, index) => toBool(tests[index] ?? null) === true);
};

const anyOf = (values: readonly Value[]): Value =>
  values.find((value) => value !== null && value !== '') ?? values[0] ?? null;

/** Aggregates with one value; `arg_max`, `arg_min` and a `take_any` of several columns have more, see compileRowPick. */
export const aggregates: Readonly<Record<string, Aggregate>> = {
  count: (group) => group.count,
  countif: (group) => group.get(0).filter((value) => toBool(value) === true).length,
  dcount: (group) => distinct(group.get(0)).length,
  sum: (group) => total(group.get(0), group.node),
  min: (group) => extreme(group.get(0), -1),
  minif: (group) => extreme(where(group), -1),
  max: (group) => extreme(group.get(0), 1),
  maxif: (group) => extreme(where(group), 1),
  make_set: (group) => collected(distinct(group.get(0)), group, 1),
  make_set_if: (group) => collected(distinct(where(group)), group, 2),
  make_list: (group) => collected(present(group.get(0)), group, 1),
  take_any: (group) => anyOf(group.get(0)),
  arg_max: (group) => extreme(group.get(0), 1),
  arg_min: (group) => extreme(group.get(0), -1),
};

/** Makes an aggregate call ready to run on the rows of a group. */
export const compileAggregate = (node: KqlNode, scope: Scope): ((rows: readonly Row[]) => Value) => {
  const name = part(node, 'Name').name;
  const nodes = argumentsOf(node).filter((argument) => argument.kind !== 'StarExpression');
  const evaluators = nodes.map((argument) => compile(argument, { ...scope, aggregating: false }));
  const aggregate = aggregates[name]!;
  return (rows) => {
    const get = (argument: number): Value[] => {
      const evaluate = evaluators[argument];
      if (evaluate === undefined) throw refused('SEM0200', `${name}() needs one more argument`, node);
      return rows.map((row) => evaluate(row, rows));
    };
    return aggregate({ get, count: rows.length, node }) ?? emptyOf(node.type);
  };
};

/** What `arg_max(e, a, b)`, `arg_max(e, *)` and `take_any(*)` return: the columns of one picked row, in the order of the call's tuple. */
export const compileRowPick = (node: KqlNode, scope: Scope): ((rows: readonly Row[]) => Value[]) => {
  const name = part(node, 'Name').name;
  const sign = name === 'arg_max' ? 1 : name === 'arg_min' ? -1 : 0;
  const nodes = argumentsOf(node);
  const inner = { ...scope, aggregating: false };
  const byName = (column: string): Evaluate => {
    const index = columnIndex(scope.columns, column);
    return (row) => row[index] ?? null;
  };
  const hasStar = nodes.some((argument) => argument.kind === 'StarExpression');
  const leading = sign === 0 ? [] : [compile(nodes[0]!, inner)];
  const rest = hasStar
    ? node.columns.slice(leading.length).map((column) => byName(column.name))
    : nodes.slice(leading.length).map((argument) => compile(argument, inner));
  return (rows) => {
    const order = leading[0];
    const keys = order === undefined ? [] : rows.map((row) => order(row, rows));
    const best = keys.reduce<number>((at, key, index) => {
      const current = keys[at] ?? null;
      return key !== null && (current === null || compareValues(key, current) * sign > 0) ? index : at;
    }, 0);
    const row = rows[best];
    const picked = [...leading, ...rest].map((evaluate) => (row === undefined ? null : evaluate(row, rows)));
    return picked.map((value, index) => value ?? emptyOf(node.columns[index]?.type ?? ''));
  };
};
