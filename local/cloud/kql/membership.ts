import { areComparable, fromDynamic } from './convert.ts';
import { refused } from './kqlError.ts';
import { isLiteral } from './literals.ts';
import { columnIndex, compile, type Evaluate, type Scope } from './scope.ts';
import { itemsOf, type KqlNode, part } from './syntax.ts';
import type { Value } from './value.ts';

const isTabular = (node: KqlNode, scope: Scope): boolean => {
  if (node.kind === 'ParenthesizedExpression') return isTabular(part(node, 'Expression'), scope);
  const binding = scope.query.bindings.get(node.name);
  return node.kind === 'PipeExpression' || (binding !== undefined && 'table' in binding);
};

/** One item of the list: rows give their first column, a dynamic array its elements. */
const compileItem = (item: KqlNode, scope: Scope): ((...at: Parameters<Evaluate>) => readonly Value[]) => {
  if (isTabular(item, scope)) {
    const values = scope.query.evaluateTable(item, scope.query).rows.map((row) => row[0] ?? null);
    return () => values;
  }
  const evaluate = compile(item, scope);
  return (...at) => {
    const value = evaluate(...at);
    return Array.isArray(value) ? value : [value];
  };
};

const isConstant = (node: KqlNode, scope: Scope): boolean =>
  isLiteral(node) ||
  isTabular(node, scope) ||
  (node.kind === 'NameReference' && columnIndex(scope.columns, node.name) === -1);

/** The right side of `in`, computed once where it is the same for every row. */
const compileList = <T>(
  node: KqlNode,
  scope: Scope,
  collect: (values: readonly Value[]) => T,
): ((...at: Parameters<Evaluate>) => T) => {
  const items = itemsOf(part(node, 'Right'), 'Expressions');
  const evaluators = items.map((item) => compileItem(item, scope));
  const evaluate = (...at: Parameters<Evaluate>): T => collect(evaluators.flatMap((each) => each(...at)));
  if (!items.every((item) => isConstant(item, scope))) return evaluate;
  const constant = evaluate([], []);
  return () => constant;
};

/** `in`, `!in`, `in~`, `!in~`; case counts unless `ignoreCase`. */
export const compileMembership = (
  node: KqlNode,
  scope: Scope,
  { ignoreCase, negate }: { ignoreCase: boolean; negate: boolean },
): Evaluate => {
  const left = part(node, 'Left');
  for (const item of itemsOf(part(node, 'Right'), 'Expressions')) {
    if (!isTabular(item, scope) && item.type !== 'dynamic' && !areComparable(left.type, item.type)) {
      throw refused('SEM0025', `Cannot look for a ${item.type} among values of type ${left.type}`, item);
    }
  }
  const fold = (value: Value): Value =>
    ignoreCase && typeof value === 'string' ? value.toLowerCase() : value;
  const scalarType = left.type === 'dynamic' ? '' : left.type;
  const list = compileList(
    node,
    scope,
    (values) =>
      new Set(values.map((value) => fold(scalarType === '' ? value : fromDynamic(value, scalarType)))),
  );
  const evaluate = compile(left, scope);
  return (...at) => {
    const value = evaluate(...at);
    return (value !== null && list(...at).has(fold(value))) !== negate;
  };
};
