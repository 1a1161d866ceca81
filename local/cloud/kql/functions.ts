import { toBool, toDynamic } from './convert.ts';
import { notKnown } from './kqlError.ts';
import { literalOf } from './literals.ts';
import { plainFunctions } from './plainFunctions.ts';
import { argumentsOf, columnIndex, compile, type Evaluate, type Scope } from './scope.ts';
import { type KqlNode, part } from './syntax.ts';
import { emptyOf, type Value } from './value.ts';

type CompileCall = (node: KqlNode, scope: Scope) => Evaluate;

const compiledArguments = (node: KqlNode, scope: Scope): Evaluate[] =>
  argumentsOf(node).map((argument) => compile(argument, scope));

/** `case(test, value, …, else)`; `iff` is the shortest form. */
const choose: CompileCall = (node, scope) => {
  const evaluators = compiledArguments(node, scope);
  return (...at) => {
    for (let index = 0; index + 1 < evaluators.length; index += 2) {
      if (toBool(evaluators[index]!(...at)) === true) return evaluators[index + 1]!(...at);
    }
    return evaluators.at(-1)!(...at);
  };
};

const coalesce: CompileCall = (node, scope) => {
  const evaluators = compiledArguments(node, scope);
  return (...at) => {
    for (const evaluate of evaluators) {
      const value = evaluate(...at);
      if (value !== null && value !== '') return value;
    }
    return emptyOf(node.type);
  };
};

const columnIfExists: CompileCall = (node, scope) => {
  const [name, fallback] = argumentsOf(node);
  const index = columnIndex(scope.columns, String(literalOf(name!)));
  return index === -1 ? compile(fallback!, scope) : (row) => row[index] ?? emptyOf(node.type);
};

/** `now(offset)` adds, `ago(offset)` subtracts; both stand at the query's start. */
const clock =
  (sign: 1n | -1n): CompileCall =>
  (node, scope) => {
    const [offset] = compiledArguments(node, scope);
    return (...at) => {
      const ticks = offset === undefined ? 0n : offset(...at);
      return typeof ticks === 'bigint' ? scope.query.nowTicks + sign * ticks : null;
    };
  };

const specialFunctions: Record<string, CompileCall> = {
  iff: choose,
  iif: choose,
  case: choose,
  coalesce,
  column_ifexists: columnIfExists,
  now: clock(1n),
  ago: clock(-1n),
};

/**
 * Makes a function call ready.
 * @throws KqlError naming a function that is not evaluated here.
 */
export const compileFunction: CompileCall = (node, scope) => {
  const name = part(node, 'Name').name;
  const special = Object.hasOwn(specialFunctions, name) ? specialFunctions[name] : undefined;
  if (special !== undefined) return special(node, scope);
  const plain = Object.hasOwn(plainFunctions, name) ? plainFunctions[name] : undefined;
  if (plain === undefined) throw notKnown(`the function '${name}'`, node);
  const nodes = argumentsOf(node).filter((argument) => argument.kind !== 'TypeOfLiteralExpression');
  const evaluators = nodes.map((argument) => compile(argument, scope));
  const types = nodes.map((argument) => argument.type);
  return (...at) => {
    const values: Value[] = evaluators.map((evaluate) => evaluate(...at));
    const value = plain(values, types, node);
    return node.type === 'dynamic' ? toDynamic(value, node.type) : value;
  };
};
