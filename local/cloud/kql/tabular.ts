import { extend, project, projectAway } from './columns.ts';
import { notKnown, refused } from './kqlError.ts';
import { filter, sort, take, top } from './order.ts';
import type { QueryContext } from './scope.ts';
import { distinct, partition, summarize } from './summarize.ts';
import { type KqlNode, part } from './syntax.ts';
import { union } from './union.ts';
import type { Table } from './value.ts';

type Operator = (node: KqlNode, input: Table, query: QueryContext) => Table;
type Source = (node: KqlNode, query: QueryContext) => Table;

const operators: Record<string, Operator> = {
  FilterOperator: filter,
  ExtendOperator: extend,
  ProjectOperator: project,
  ProjectAwayOperator: projectAway,
  TakeOperator: take,
  SortOperator: sort,
  TopOperator: top,
  SummarizeOperator: summarize,
  DistinctOperator: distinct,
  CountOperator: (node, input) => ({ columns: node.columns, rows: [[input.rows.length]] }),
  PartitionOperator: partition,
  UnionOperator: union,
};

const named: Source = (node, query) => {
  const binding = query.bindings.get(node.name);
  if (binding !== undefined && 'table' in binding) return binding.table;
  const table = Object.hasOwn(query.tables, node.name) ? query.tables[node.name] : undefined;
  if (table === undefined) {
    throw refused('SEM0100', `Failed to resolve table or column expression named '${node.name}'`, node);
  }
  return table;
};

const sources: Record<string, Source> = {
  NameReference: named,
  ParenthesizedExpression: (node, query) => evaluateTable(part(node, 'Expression'), query),
  MaterializeExpression: (node, query) => evaluateTable(part(node, 'Expression'), query),
  PipeExpression: (node, query) => {
    const input = evaluateTable(part(node, 'Expression'), query);
    return applyOperator(part(node, 'Operator'), input, query);
  },
  UnionOperator: (node, query) => union(node, null, query),
};

const operatorName = (node: KqlNode): string =>
  Object.values(node.parts).find((each) => each.kind === 'Token')?.text ?? node.kind;

const applyOperator: Operator = (node, input, query) => {
  const operator = operators[node.kind];
  if (operator === undefined) throw notKnown(`the operator '${operatorName(node)}'`, node);
  return operator(node, input, query);
};

/**
 * Evaluates a tabular expression; inside `partition`, an operator stands first and takes the partition's rows.
 * @throws KqlError for whatever is not evaluated here, naming it.
 */
export const evaluateTable: Source = (node, query) => {
  const source = sources[node.kind];
  if (source !== undefined) return source(node, query);
  if (query.input !== undefined) return applyOperator(node, query.input, query);
  throw notKnown(`'${operatorName(node)}' as a source of rows`, node);
};
