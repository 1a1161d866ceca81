import { cast } from './convert.ts';
import { notKnown } from './kqlError.ts';
import { compile, type QueryContext } from './scope.ts';
import { itemsOf, type KqlNode, part } from './syntax.ts';
import { compareValues, type Row, type Table, type Value } from './value.ts';

const constant = (node: KqlNode, query: QueryContext): Value =>
  compile(node, { query, columns: [], aggregating: false })([], 0, []);

export const print = (node: KqlNode, query: QueryContext): Table => ({
  columns: node.columns,
  rows: [itemsOf(node, 'Expressions').map((each) => constant(each, query))],
});

/** `datatable(name: type, …)[values]`. */
export const datatable = (node: KqlNode, query: QueryContext): Table => {
  const columns = itemsOf(part(node, 'Schema'), 'Columns').map((each) => ({
    name: part(each, 'Name').name,
    type: part(part(each, 'Type'), 'Type').text,
  }));
  const values = itemsOf(node, 'Values').map((each, index) => {
    const type = columns[index % columns.length]!.type;
    return cast(constant(each, query), each.type, type);
  });
  const rows = Array.from({ length: values.length / columns.length }, (_, row) =>
    values.slice(row * columns.length, (row + 1) * columns.length),
  );
  return { columns, rows };
};

/** `range name from a to b step c`, upwards. */
export const range = (node: KqlNode, query: QueryContext): Table => {
  const [from, to, step] = ['From', 'To', 'Step'].map((name) => constant(part(node, name), query));
  if (
    from == null ||
    to == null ||
    step == null ||
    compareValues(step, typeof step === 'bigint' ? 0n : 0) <= 0
  ) {
    throw notKnown('a range that does not go up', node);
  }
  const rows: Row[] = [];
  for (
    let value: Value = from;
    compareValues(value, to) <= 0;
    value = typeof value === 'bigint' ? value + (step as bigint) : (value as number) + (step as number)
  ) {
    rows.push([value]);
    if (rows.length > query.maxRows) throw notKnown(`a range of more than ${query.maxRows} rows`, node);
  }
  return { columns: node.columns, rows };
};
