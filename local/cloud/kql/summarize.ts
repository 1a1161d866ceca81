import { compileRowPick } from './aggregates.ts';
import { notKnown, refused } from './kqlError.ts';
import { argumentsOf, compile, type QueryContext, type Scope } from './scope.ts';
import { itemsOf, type KqlNode, part } from './syntax.ts';
import { emptyOf, keyOf, type Row, type Table, type Value } from './value.ts';

const rowPicks = new Set(['arg_max', 'arg_min', 'take_any']);

const unnamed = (node: KqlNode): KqlNode =>
  node.kind === 'SimpleNamedExpression' || node.kind === 'CompoundNamedExpression'
    ? part(node, 'Expression')
    : node;

/** One aggregate expression over a group: most give one cell, a row pick several. */
const compileCells = (node: KqlNode, scope: Scope): ((rows: readonly Row[]) => Value[]) => {
  const call = unnamed(node);
  const name = call.parts.Name?.name ?? '';
  const isPick = call.kind === 'FunctionCallExpression' && rowPicks.has(name) && argumentsOf(call).length > 0;
  if (isPick && (argumentsOf(call).length > 1 || argumentsOf(call)[0]!.kind === 'StarExpression')) {
    return compileRowPick(call, scope);
  }
  const evaluate = compile(call, scope);
  return (rows) => [evaluate(rows[0] ?? [], rows)];
};

/** Groups rows by the keys' values, in the order in which the groups first appear. */
const grouped = (rows: readonly Row[], keysOf: (row: Row) => Value[]): { keys: Value[]; rows: Row[] }[] => {
  const groups = new Map<string, { keys: Value[]; rows: Row[] }>();
  for (const row of rows) {
    const keys = keysOf(row);
    const id = keyOf(keys);
    const group = groups.get(id) ?? { keys, rows: [] };
    group.rows.push(row);
    groups.set(id, group);
  }
  return [...groups.values()];
};

export const summarize = (node: KqlNode, input: Table, query: QueryContext): Table => {
  const by = node.parts.ByClause;
  const keyNodes = by === undefined ? [] : itemsOf(by, 'Expressions');
  const scope = { query, columns: input.columns, aggregating: false };
  const keys = keyNodes.map((key) => compile(key, scope));
  const cells = itemsOf(node, 'Aggregates').map((each) =>
    compileCells(each, { ...scope, aggregating: true }),
  );
  const groups = grouped(input.rows, (row) => keys.map((key) => key(row, [])));
  if (groups.length === 0 && by === undefined) groups.push({ keys: [], rows: [] });
  const rows = groups.map((group) => [...group.keys, ...cells.flatMap((cell) => cell(group.rows))]);
  if (rows[0] !== undefined && rows[0].length !== node.columns.length)
    throw notKnown('this form of summarize', node);
  return {
    columns: node.columns,
    rows: rows.map((row) => row.map((value, index) => value ?? emptyOf(node.columns[index]!.type))),
  };
};

/** `distinct a, b` and `distinct *`. */
export const distinct = (node: KqlNode, input: Table, query: QueryContext): Table => {
  const scope = { query, columns: input.columns, aggregating: false };
  const star = itemsOf(node, 'Expressions').some((each) => each.kind === 'StarExpression');
  const keys = star
    ? node.columns.map((column) => {
        const index = input.columns.findIndex((each) => each.name === column.name);
        return (row: Row): Value => row[index] ?? emptyOf(column.type);
      })
    : itemsOf(node, 'Expressions').map((each) => compile(each, scope));
  const groups = grouped(input.rows, (row) => keys.map((key) => key(row, [])));
  return { columns: node.columns, rows: groups.map((group) => group.keys) };
};

/** The service's legacy strategy stops at this many partitions; `hint.strategy=native` has no such limit. */
const legacyPartitions = 64;

/** `partition [hint.strategy=native] by Column (subquery)`. */
export const partition = (node: KqlNode, input: Table, query: QueryContext): Table => {
  const operand = part(node, 'Operand');
  const by = part(node, 'ByExpression');
  if (operand.kind !== 'PartitionSubquery') throw notKnown(`'partition' with ${operand.kind}`, node);
  const strategy = itemsOf(node, 'Parameters').find((each) => part(each, 'Name').name === 'hint.strategy');
  const isLegacy = strategy === undefined || part(part(strategy, 'Expression'), 'Token').text === 'legacy';
  const key = compile(by, { query, columns: input.columns, aggregating: false });
  const groups = grouped(input.rows, (row) => [key(row, [])]);
  if (isLegacy && groups.length > legacyPartitions) {
    const message = `'partition' by ${groups.length} values: the limit is ${legacyPartitions} unless hint.strategy=native or shuffle`;
    throw refused('E_PARTITION_LIMIT', message, node);
  }
  const subquery = part(operand, 'Subquery');
  const results = groups.map((group) =>
    query.evaluateTable(subquery, { ...query, input: { columns: input.columns, rows: group.rows } }),
  );
  return { columns: results[0]?.columns ?? node.columns, rows: results.flatMap((result) => result.rows) };
};
