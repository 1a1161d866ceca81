import { toBool, toWhole } from './convert.ts';
import { compile, constant, type QueryContext } from './scope.ts';
import { itemsOf, type KqlNode, part } from './syntax.ts';
import { compareValues, type Row, type Table, type Value } from './value.ts';

type SortKey = { of: (row: Row) => Value; descending: boolean; nullsFirst: boolean };

/** Descending unless `asc` is said; nulls first when ascending, last when descending, unless said. */
const sortKey = (node: KqlNode, input: Table, query: QueryContext): SortKey => {
  const isOrdered = node.kind === 'OrderedExpression';
  const ordering = isOrdered ? node.parts.Ordering : undefined;
  const descending = ordering?.parts.AscOrDescKeyword?.text !== 'asc';
  const nulls = ordering?.parts.NullsClause?.parts.FirstOrLastKeyword?.text;
  const evaluate = compile(isOrdered ? part(node, 'Expression') : node, {
    query,
    columns: input.columns,
    aggregating: false,
  });
  return {
    of: (row) => evaluate(row, []),
    descending,
    nullsFirst: nulls === undefined ? !descending : nulls === 'first',
  };
};

const compareBy = (key: SortKey, left: Value, right: Value): number => {
  if (left === null || right === null) {
    return left === right ? 0 : (left === null) === key.nullsFirst ? -1 : 1;
  }
  return key.descending ? compareValues(right, left) : compareValues(left, right);
};

const sorted = (expressions: readonly KqlNode[], input: Table, query: QueryContext): Table => {
  const keys = expressions.map((each) => sortKey(each, input, query));
  const decorated = input.rows.map((row) => ({ row, values: keys.map((key) => key.of(row)) }));
  decorated.sort((a, b) => {
    for (const [index, key] of keys.entries()) {
      const order = compareBy(key, a.values[index]!, b.values[index]!);
      if (order !== 0) return order;
    }
    return 0;
  });
  return { ...input, rows: decorated.map(({ row }) => row) };
};

const countOf = (node: KqlNode, query: QueryContext): number =>
  toWhole(constant(part(node, 'Expression'), query)) ?? 0;

export const sort = (node: KqlNode, input: Table, query: QueryContext): Table =>
  sorted(itemsOf(node, 'Expressions'), input, query);

export const top = (node: KqlNode, input: Table, query: QueryContext): Table => {
  const table = sorted([part(node, 'ByExpression')], input, query);
  return { ...table, rows: table.rows.slice(0, countOf(node, query)) };
};

export const take = (node: KqlNode, input: Table, query: QueryContext): Table => ({
  ...input,
  rows: input.rows.slice(0, countOf(node, query)),
});

export const filter = (node: KqlNode, input: Table, query: QueryContext): Table => {
  const test = compile(part(node, 'Condition'), { query, columns: input.columns, aggregating: false });
  return { ...input, rows: input.rows.filter((row) => toBool(test(row, [])) === true) };
};
