import { notKnown } from './kqlError.ts';
import { columnIndex, compile, type QueryContext } from './scope.ts';
import { itemsOf, type KqlNode, part } from './syntax.ts';
import { type Column, emptyOf, type Table } from './value.ts';

/** The columns that each expression of an `extend` writes; unnamed ones take the new columns in order. */
const targetsOf = (expressions: readonly KqlNode[], input: Table, output: readonly Column[]): string[] => {
  const fresh = output.map((column) => column.name).filter((name) => columnIndex(input.columns, name) === -1);
  return expressions.map((node) => {
    const explicit = node.kind === 'SimpleNamedExpression' ? part(node, 'Name').name : node.name;
    const name = explicit === '' ? fresh[0] : explicit;
    if (name === undefined) throw notKnown(`'${node.kind}' without a name`, node);
    if (fresh.includes(name)) fresh.splice(fresh.indexOf(name), 1);
    return name;
  });
};

export const extend = (node: KqlNode, input: Table, query: QueryContext): Table => {
  const expressions = itemsOf(node, 'Expressions');
  const { columns } = node;
  const sources = columns.map((column) => columnIndex(input.columns, column.name));
  const scope = { query, columns: input.columns, aggregating: false };
  const cells = targetsOf(expressions, input, columns).map((name, index) => ({
    at: columnIndex(columns, name),
    evaluate: compile(expressions[index]!, scope),
  }));
  const rows = input.rows.map((row) => {
    const next = sources.map((source, at) => row[source] ?? emptyOf(columns[at]!.type));
    for (const cell of cells) next[cell.at] = cell.evaluate(row, []);
    return next;
  });
  return { columns, rows };
};

export const project = (node: KqlNode, input: Table, query: QueryContext): Table => {
  const scope = { query, columns: input.columns, aggregating: false };
  const cells = itemsOf(node, 'Expressions').map((each) => compile(each, scope));
  if (cells.length !== node.columns.length) throw notKnown('this form of project', node);
  return {
    columns: node.columns,
    rows: input.rows.map((row) => cells.map((cell) => cell(row, []))),
  };
};

/** `project-away`: the analysis has resolved the wildcards already. */
export const projectAway = (node: KqlNode, input: Table): Table => {
  const indexes = node.columns.map((column) => columnIndex(input.columns, column.name));
  return { columns: node.columns, rows: input.rows.map((row) => indexes.map((index) => row[index] ?? null)) };
};
