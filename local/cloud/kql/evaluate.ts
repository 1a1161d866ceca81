import { KqlError, notKnown } from './kqlError.ts';
import { compileScalar } from './scalar.ts';
import { type Binding, constant, type QueryContext } from './scope.ts';
import { itemsOf, type KqlNode, parseQuery, part } from './syntax.ts';
import { evaluateTable } from './tabular.ts';
import { ticksOfMs } from './time.ts';
import type { Table } from './value.ts';

const isTabular = (node: KqlNode): boolean =>
  node.kind === 'ParenthesizedExpression'
    ? isTabular(part(node, 'Expression'))
    : node.type === '' || node.columns.length > 0 || node.kind === 'MaterializeExpression';

const bind = (node: KqlNode, query: QueryContext): Binding => {
  if (node.kind === 'FunctionDeclaration') throw notKnown('functions made by let', node);
  if (node.kind === 'NameReference') {
    const known = query.bindings.get(node.name);
    if (known !== undefined) return known;
  }
  if (isTabular(node)) return { table: evaluateTable(node, query) };
  return { scalar: constant(node, query), type: node.type };
};

/**
 * Runs a KQL query: Microsoft's parser checks it against the tables' columns, then it is evaluated.
 * @throws KqlError where the service would answer 400, and for constructs that are not evaluated here.
 */
export const evaluateQuery = (
  text: string,
  tables: Readonly<Record<string, Table>>,
  nowMs: number,
): Table => {
  const schema = Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, table.columns]));
  const statements = itemsOf(parseQuery(text, schema), 'Statements');
  const bindings = new Map<string, Binding>();
  const query: QueryContext = {
    nowTicks: ticksOfMs(nowMs),
    tables,
    bindings,
    evaluateTable,
    compileScalar,
  };
  const results: Table[] = [];
  for (const statement of statements) {
    if (statement.kind === 'LetStatement') {
      bindings.set(part(statement, 'Name').name, bind(part(statement, 'Expression'), query));
    } else if (statement.kind === 'ExpressionStatement') {
      results.push(evaluateTable(part(statement, 'Expression'), query));
    } else if (statement.kind !== 'EmptyStatement') throw notKnown(`'${statement.kind}'`, statement);
  }
  const [result, another] = results;
  if (result === undefined)
    throw new KqlError('SyntaxError', 'SYN0001', 'The query has no tabular expression', 0);
  if (another !== undefined)
    throw new KqlError(
      'SemanticError',
      'LOCAL0001',
      'the local cloud evaluates one tabular expression a query',
      0,
    );
  return result;
};
