import { cast, fromDynamic, toWhole } from './convert.ts';
import { notKnown } from './kqlError.ts';
import { columnIndex, compile, type QueryContext } from './scope.ts';
import { itemsOf, type KqlNode, part } from './syntax.ts';
import { type Column, emptyOf, isHidden, type Row, type Table, type Value } from './value.ts';

/** The columns that each expression of an `extend` or `mv-expand` writes; unnamed ones take the new columns in order. */
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

/** The output columns with the hidden ones kept at their places. */
const widened = (input: Table, output: readonly Column[]): Column[] => {
  const replaced = input.columns.map((column) => output.find((each) => each.name === column.name) ?? column);
  return [...replaced, ...output.filter((each) => columnIndex(input.columns, each.name) === -1)];
};

export const extend = (node: KqlNode, input: Table, query: QueryContext): Table => {
  const expressions = itemsOf(node, 'Expressions');
  const columns = widened(input, node.columns);
  const scope = { query, columns: input.columns, aggregating: false };
  const cells = targetsOf(expressions, input, node.columns).map((name, index) => ({
    at: columnIndex(columns, name),
    evaluate: compile(expressions[index]!, scope),
  }));
  const rows = input.rows.map((row, index) => {
    const next = columns.map((column, at) => row[at] ?? emptyOf(column.type));
    for (const cell of cells) next[cell.at] = cell.evaluate(row, index, input.rows);
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
    rows: input.rows.map((row, index) => cells.map((cell) => cell(row, index, input.rows))),
  };
};

/** `project-away`, `-keep` and `-reorder`: the analysis has resolved the wildcards already. */
export const select = (node: KqlNode, input: Table): Table => {
  const hidden = input.columns.filter(isHidden);
  const columns = [...node.columns, ...hidden];
  const indexes = columns.map((column) => columnIndex(input.columns, column.name));
  return { columns, rows: input.rows.map((row) => indexes.map((index) => row[index] ?? null)) };
};

export const rename = (node: KqlNode, input: Table): Table => {
  const names = new Map(
    itemsOf(node, 'Expressions').map((each) => [part(each, 'Expression').name, part(each, 'Name').name]),
  );
  return {
    ...input,
    columns: input.columns.map((column) => ({ ...column, name: names.get(column.name) ?? column.name })),
  };
};

const elementsOf = (value: Value): Value[] => {
  if (Array.isArray(value)) return value.length === 0 ? [null] : value;
  if (value !== null && typeof value === 'object') {
    return Object.entries(value).map(([key, each]) => ({ [key]: each }));
  }
  return [value];
};

/** `mv-expand`: several expressions expand side by side; an empty array leaves one row with null. */
export const mvExpand = (node: KqlNode, input: Table, query: QueryContext): Table => {
  const parameter = itemsOf(node, 'Parameters')[0];
  if (parameter !== undefined) throw notKnown(`mv-expand ${part(parameter, 'Name').name}=`, parameter);
  const expressions = itemsOf(node, 'Expressions').map((each) => part(each, 'Expression'));
  const columns = widened(input, node.columns);
  const scope = { query, columns: input.columns, aggregating: false };
  const limitNode = node.parts.RowLimitClause;
  const limit =
    limitNode === undefined
      ? Infinity
      : (toWhole(compile(part(limitNode, 'RowLimit'), scope)([], 0, [])) ?? 0);
  const cells = targetsOf(expressions, input, node.columns).map((name, index) => {
    const at = columnIndex(columns, name);
    return { at, type: columns[at]!.type, evaluate: compile(expressions[index]!, scope) };
  });
  const expand = (row: Row, index: number): Row[] => {
    const lists = cells.map((cell) => elementsOf(cell.evaluate(row, index, input.rows)));
    const length = Math.min(limit, Math.max(...lists.map((list) => list.length)));
    return Array.from({ length }, (_, element) => {
      const next = columns.map((column, at) => row[at] ?? emptyOf(column.type));
      cells.forEach((cell, which) => {
        const value = lists[which]![element] ?? null;
        next[cell.at] =
          cell.type === 'string'
            ? cast(value, 'dynamic', 'string')
            : cell.type === 'dynamic'
              ? value
              : fromDynamic(value, cell.type);
      });
      return next;
    });
  };
  return { columns, rows: input.rows.flatMap(expand) };
};
