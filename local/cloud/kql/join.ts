import { notKnown, refused } from './kqlError.ts';
import { columnIndex, type QueryContext } from './scope.ts';
import { itemsOf, type KqlNode, part } from './syntax.ts';
import { emptyOf, isHidden, keyOf, type Row, type Table } from './value.ts';

type Keys = { left: number; right: number };

/** `on Name` or `on $left.a == $right.b`, either way round. */
const keysOf = (condition: KqlNode, left: Table, right: Table): Keys => {
  const names =
    condition.kind === 'NameReference'
      ? { $left: condition.name, $right: condition.name }
      : condition.kind === 'EqualExpression'
        ? Object.fromEntries(
            [part(condition, 'Left'), part(condition, 'Right')].map((side) => [
              side.parts.Expression?.name ?? '',
              side.parts.Selector?.name ?? '',
            ]),
          )
        : {};
  const keys = {
    left: columnIndex(left.columns, names.$left ?? ''),
    right: columnIndex(right.columns, names.$right ?? ''),
  };
  if (keys.left === -1 || keys.right === -1) throw notKnown('this join condition', condition);
  return keys;
};

const paramOf = (node: KqlNode, name: string): string | undefined => {
  const found = itemsOf(node, 'Parameters').find((each) => part(each, 'Name').name === name);
  return found && part(part(found, 'Expression'), 'Token').text;
};

/** Without null keys: in a join, null equals nothing. */
const indexed = (rows: readonly Row[], keys: readonly number[]): Map<string, Row[]> => {
  const index = new Map<string, Row[]>();
  for (const row of rows) {
    const values = keys.map((key) => row[key] ?? null);
    if (values.includes(null)) continue;
    const id = keyOf(values);
    const same = index.get(id);
    if (same === undefined) index.set(id, [row]);
    else same.push(row);
  }
  return index;
};

const firstOfEach = (rows: readonly Row[], keys: readonly number[]): Row[] => [
  ...new Map(rows.toReversed().map((row) => [keyOf(keys.map((key) => row[key] ?? null)), row])).values(),
];

const visible = (table: Table): Table => {
  const indexes = table.columns.flatMap((column, index) => (isHidden(column) ? [] : [index]));
  return {
    columns: indexes.map((index) => table.columns[index]!),
    rows: table.rows.map((row) => indexes.map((index) => row[index] ?? null)),
  };
};

const joinKinds = new Set([
  'inner',
  'innerunique',
  'leftouter',
  'leftanti',
  'leftantisemi',
  'anti',
  'leftsemi',
]);

/** `join` (inner, innerunique, leftouter, leftanti, leftsemi) and `lookup` (leftouter, inner), by equality. */
export const join = (node: KqlNode, input: Table, query: QueryContext): Table => {
  const isLookup = node.kind === 'LookupOperator';
  const clause = node.parts.ConditionClause ?? node.parts.LookupClause;
  const kind = paramOf(node, 'kind') ?? (isLookup ? 'leftouter' : 'innerunique');
  if (!joinKinds.has(kind)) throw notKnown(`join kind=${kind}`, node);
  if (clause?.kind !== 'JoinOnClause') throw notKnown('a join without on', node);
  const left = visible(input);
  const right = visible(query.evaluateTable(part(node, 'Expression'), query));
  const keys = itemsOf(clause, 'Expressions').map((condition) => keysOf(condition, left, right));
  const leftKeys = keys.map((key) => key.left);
  const matches = indexed(
    right.rows,
    keys.map((key) => key.right),
  );
  const matchesOf = (row: Row): Row[] => matches.get(keyOf(leftKeys.map((key) => row[key] ?? null))) ?? [];

  if (kind === 'leftsemi') return { ...left, rows: left.rows.filter((row) => matchesOf(row).length > 0) };
  if (kind.includes('anti')) return { ...left, rows: left.rows.filter((row) => matchesOf(row).length === 0) };

  const taken = right.columns.flatMap((_, index) =>
    isLookup && keys.some((key) => key.right === index) ? [] : [index],
  );
  const nothing = right.columns.map((column) => emptyOf(column.type));
  const rows: Row[] = [];
  for (const row of kind === 'innerunique' ? firstOfEach(left.rows, leftKeys) : left.rows) {
    const found = matchesOf(row);
    for (const other of found.length === 0 && kind === 'leftouter' ? [nothing] : found) {
      rows.push([...row, ...taken.map((index) => other[index] ?? null)]);
    }
    if (rows.length > query.maxRows) {
      throw refused('E_RUNAWAY_QUERY', `the join makes more than ${query.maxRows} rows`, node);
    }
  }
  if (node.columns.length !== left.columns.length + taken.length) throw notKnown('this form of join', node);
  return { columns: node.columns, rows };
};

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
