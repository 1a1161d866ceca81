import { aggregates, compileAggregate } from './aggregates.ts';
import { operations } from './arithmetic.ts';
import { areComparable, fromDynamic, toBool, toNumber, toText } from './convert.ts';
import { compileFunction } from './functions.ts';
import { notKnown, refused } from './kqlError.ts';
import { isLiteral, literalOf } from './literals.ts';
import { compileMembership } from './membership.ts';
import { columnIndex, type Evaluate, type Scope } from './scope.ts';
import { type KqlNode, part } from './syntax.ts';
import { compileRegex, textTests } from './textSearch.ts';
import { compareValues, type Value } from './value.ts';

type Compile = (node: KqlNode, scope: Scope) => Evaluate;

const both = (node: KqlNode, scope: Scope): [Evaluate, Evaluate] => [
  compileScalar(part(node, 'Left'), scope),
  compileScalar(part(node, 'Right'), scope),
];

const reference: Compile = (node, scope) => {
  const index = columnIndex(scope.columns, node.name);
  if (index !== -1) return (row) => row[index] ?? (node.type === 'string' ? '' : null);
  const binding = scope.query.bindings.get(node.name);
  if (binding === undefined || 'table' in binding) throw notKnown(`the name '${node.name}' here`, node);
  return () => binding.scalar;
};

const element = (container: Value, key: Value): Value => {
  if (container === null || typeof container !== 'object') return null;
  if (Array.isArray(container)) return typeof key === 'number' ? (container.at(key) ?? null) : null;
  const name = String(key);
  return Object.hasOwn(container, name) ? (container[name] ?? null) : null;
};

const path: Compile = (node, scope) => {
  const container = compileScalar(part(node, 'Expression'), scope);
  const selector = part(node, 'Selector');
  const name = selector.name || selector.literal;
  if (name === '') throw notKnown('this path', selector);
  return (...at) => element(container(...at), name);
};

const indexed: Compile = (node, scope) => {
  const container = compileScalar(part(node, 'Expression'), scope);
  const key = compileScalar(part(part(node, 'Selector'), 'Expression'), scope);
  return (...at) => element(container(...at), key(...at));
};

const and: Compile = (node, scope) => {
  const [left, right] = both(node, scope);
  return (...at) => toBool(left(...at)) === true && toBool(right(...at)) === true;
};

const or: Compile = (node, scope) => {
  const [left, right] = both(node, scope);
  return (...at) => toBool(left(...at)) === true || toBool(right(...at)) === true;
};

/** Both sides as comparable values: what stands in a dynamic takes the other side's type. */
const comparable = (node: KqlNode, scope: Scope): [Evaluate, Evaluate] => {
  const [left, right] = both(node, scope);
  const [leftType, rightType] = [part(node, 'Left').type, part(node, 'Right').type];
  if (!areComparable(leftType, rightType)) {
    const message = `Cannot compare values of types ${leftType} and ${rightType}. Try adding explicit casts`;
    throw refused('SEM0064', message, node);
  }
  if (leftType === 'dynamic') return [(...at) => fromDynamic(left(...at), rightType), right];
  if (rightType === 'dynamic') return [left, (...at) => fromDynamic(right(...at), leftType)];
  return [left, right];
};

/** Null equals nothing but is not unequal to null either; both answers are then null. */
const equality =
  (negate: boolean): Compile =>
  (node, scope) => {
    const [left, right] = comparable(node, scope);
    return (...at) => {
      const [a, b] = [left(...at), right(...at)];
      return a === null && b === null
        ? null
        : (compareValues(a, b) === 0 && a !== null && b !== null) !== negate;
    };
  };

const ordering =
  (holds: (order: number) => boolean): Compile =>
  (node, scope) => {
    const [left, right] = comparable(node, scope);
    return (...at) => {
      const [a, b] = [left(...at), right(...at)];
      return a === null || b === null ? null : holds(compareValues(a, b));
    };
  };

const textual =
  (test: (text: string, other: string) => boolean): Compile =>
  (node, scope) => {
    const [left, right] = both(node, scope);
    const [leftType, rightType] = [part(node, 'Left').type, part(node, 'Right').type];
    return (...at) => test(toText(left(...at), leftType), toText(right(...at), rightType));
  };

const matchesRegex: Compile = (node, scope) => {
  const [left, right] = both(node, scope);
  const leftType = part(node, 'Left').type;
  const known = new Map<string, RegExp>();
  return (...at) => {
    const source = toText(right(...at), 'string');
    const regex = known.get(source) ?? compileRegex(source, node);
    known.set(source, regex);
    return regex.test(toText(left(...at), leftType));
  };
};

const between =
  (negate: boolean): Compile =>
  (node, scope) => {
    const bounds = part(node, 'Right');
    const [value, first, second] = [part(node, 'Left'), part(bounds, 'First'), part(bounds, 'Second')].map(
      (each) => compileScalar(each, scope),
    ) as [Evaluate, Evaluate, Evaluate];
    const isDistance = part(node, 'Left').type === 'datetime' && part(bounds, 'Second').type === 'timespan';
    return (...at) => {
      const [v, low, high] = [value(...at), first(...at), second(...at)];
      if (v === null || low === null || high === null) return null;
      const top = isDistance ? (low as bigint) + (high as bigint) : high;
      return (compareValues(v, low) >= 0 && compareValues(v, top) <= 0) !== negate;
    };
  };

const arithmetic: Compile = (node, scope) => {
  const [left, right] = both(node, scope);
  const operation = operations[node.kind]!;
  return (...at) => operation(left(...at), right(...at), node.type);
};

const minus: Compile = (node, scope) => {
  const inner = compileScalar(part(node, 'Expression'), scope);
  return (...at) => {
    const value = inner(...at);
    return typeof value === 'bigint' ? -value : value === null ? null : -(toNumber(value) ?? 0);
  };
};

const inside: Compile = (node, scope) => compileScalar(part(node, 'Expression'), scope);

const call: Compile = (node, scope) => {
  if (!Object.hasOwn(aggregates, part(node, 'Name').name)) return compileFunction(node, scope);
  if (!scope.aggregating) throw notKnown(`the aggregate '${part(node, 'Name').name}' here`, node);
  const aggregate = compileAggregate(node, scope);
  return (_row, group) => aggregate(group);
};

const kinds: Record<string, Compile> = {
  NameReference: reference,
  PathExpression: path,
  ElementExpression: indexed,
  ParenthesizedExpression: inside,
  SimpleNamedExpression: inside,
  UnaryMinusExpression: minus,
  AndExpression: and,
  OrExpression: or,
  EqualExpression: equality(false),
  NotEqualExpression: equality(true),
  EqualTildeExpression: textual((left, right) => left.toLowerCase() === right.toLowerCase()),
  BangTildeExpression: textual((left, right) => left.toLowerCase() !== right.toLowerCase()),
  LessThanExpression: ordering((order) => order < 0),
  LessThanOrEqualExpression: ordering((order) => order <= 0),
  GreaterThanExpression: ordering((order) => order > 0),
  GreaterThanOrEqualExpression: ordering((order) => order >= 0),
  MatchesRegexExpression: matchesRegex,
  BetweenExpression: between(false),
  NotBetweenExpression: between(true),
  FunctionCallExpression: call,
  InExpression: (node, scope) => compileMembership(node, scope, { ignoreCase: false, negate: false }),
  NotInExpression: (node, scope) => compileMembership(node, scope, { ignoreCase: false, negate: true }),
  InCsExpression: (node, scope) => compileMembership(node, scope, { ignoreCase: true, negate: false }),
  NotInCsExpression: (node, scope) => compileMembership(node, scope, { ignoreCase: true, negate: true }),
  ...Object.fromEntries(Object.entries(textTests).map(([kind, test]) => [kind, textual(test)])),
  ...Object.fromEntries(Object.keys(operations).map((kind) => [kind, arithmetic])),
};

/**
 * Makes a scalar expression ready to run on rows.
 * @throws KqlError for whatever is not evaluated here, naming it.
 */
export const compileScalar: Compile = (node, scope) => {
  if (isLiteral(node)) {
    const value = literalOf(node);
    return () => value;
  }
  const compile = kinds[node.kind];
  if (compile === undefined) throw notKnown(`'${node.kind}'`, node);
  return compile(node, scope);
};
