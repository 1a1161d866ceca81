import { notKnown } from './kqlError.ts';
import { itemsOf, type KqlNode, part } from './syntax.ts';
import { parseDatetime, parseTimespan } from './time.ts';
import type { Dynamic, Value } from './value.ts';

/** The text between the brackets of `datetime(…)`, unquoted; a bare literal as it is. */
const inner = (text: string): string =>
  (/^[a-z]+\s*\((.*)\)$/is.exec(text)?.[1] ?? text).trim().replace(/^(["'])(.*)\1$/s, '$2');

const numberOf = (text: string): Value => (inner(text) === 'null' ? null : Number(inner(text)));

const ticksOf = (node: KqlNode, parse: (text: string) => bigint | null): Value => {
  const text = inner(node.text);
  const ticks = text === 'null' ? null : parse(text);
  if (ticks === null && text !== 'null') throw notKnown(`the literal ${node.text}`, node);
  return ticks;
};

const literalValues: Record<string, (node: KqlNode) => Value> = {
  StringLiteralExpression: (node) => node.literal,
  CompoundStringLiteralExpression: (node) => node.literal,
  LongLiteralExpression: (node) => numberOf(node.text),
  IntLiteralExpression: (node) => numberOf(node.text),
  RealLiteralExpression: (node) => numberOf(node.text),
  BooleanLiteralExpression: (node) => (inner(node.text) === 'null' ? null : /true|1/i.test(inner(node.text))),
  DateTimeLiteralExpression: (node) => ticksOf(node, parseDatetime),
  TimespanLiteralExpression: (node) => ticksOf(node, parseTimespan),
  GuidLiteralExpression: (node) => (inner(node.text) === 'null' ? null : inner(node.text).toLowerCase()),
  NullLiteralExpression: () => null,
  DynamicExpression: (node) => dynamicOf(part(node, 'Expression')),
};

const dynamicOf = (node: KqlNode): Dynamic => {
  if (node.kind === 'JsonArrayExpression') return itemsOf(node, 'Values').map(dynamicOf);
  const value = literalOf(node);
  if (typeof value === 'bigint') throw notKnown('a time inside dynamic()', node);
  return value;
};

export const isLiteral = (node: KqlNode): boolean => Object.hasOwn(literalValues, node.kind);

/** @throws KqlError for a literal of a kind that is not evaluated here. */
export const literalOf = (node: KqlNode): Value => {
  const read = literalValues[node.kind];
  if (read === undefined) throw notKnown(node.kind, node);
  return read(node);
};
