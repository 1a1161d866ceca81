import { notKnown } from './kqlError.ts';
import type { QueryContext } from './scope.ts';
import { itemsOf, type KqlNode, part } from './syntax.ts';
import { emptyOf, type Table } from './value.ts';

/** `union a, b`: columns of the same name and type are one, a name with two types gets the type as suffix. */
export const union = (node: KqlNode, input: Table | null, query: QueryContext): Table => {
  const known = new Set(['isfuzzy', 'kind']);
  for (const parameter of itemsOf(node, 'Parameters')) {
    const name = part(parameter, 'Name').name;
    if (!known.has(name) && !name.startsWith('hint.')) throw notKnown(`union ${name}=`, parameter);
  }
  const isMissing = (each: KqlNode): boolean =>
    each.kind === 'NameReference' && !(each.name in query.tables) && !query.bindings.has(each.name);
  const others = itemsOf(node, 'Expressions')
    .filter((each) => !isMissing(each))
    .map((each) => query.evaluateTable(each, query));
  const rows = [...(input === null ? [] : [input]), ...others].flatMap((table) => {
    const sources = node.columns.map((column) =>
      table.columns.findIndex(
        (each) =>
          each.type === column.type &&
          (each.name === column.name || `${each.name}_${each.type}` === column.name),
      ),
    );
    return table.rows.map((row) =>
      sources.map((source, index) => row[source] ?? emptyOf(node.columns[index]!.type)),
    );
  });
  return { columns: node.columns, rows };
};
