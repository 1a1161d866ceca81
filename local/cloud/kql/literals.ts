import { notKnown } from './kqlError.ts';
import { itemsOf, type KqlNode, part } from './syntax.ts';
import { formatDatetime, formatTimespan, parseDatetime, parseTimespan } from './time.ts';
import type { Dynamic, Value } from './value.ts';

/** The text between the brackets of `datetime(…)`, unquoted; a bare literal as it is. */
const inner = (text: string): string =>
  (/^[a-z]+\s*\((.*)\)$/is.exec(text)?.[1] ?? text).trim().replace(/^(["'])(.*)\1$/s, '$2');

const numberOf = (text: string): Value => (inner(text) === 'null' ? null : Number(inner(text)));

const orNull = (text: string, parse: (text: string) => bigint | null): Value =>
  inner(text) === 'null' ? null : parse(inner(text));

const literalValues: Record<string, (node: KqlNode) => Value> = {
  StringLiteralExpression: (node) => node.literal,
  CompoundStringLiteralExpression: (node) => node.literal,
  LongLiteralExpression: (node) => numberOf(node.text),
  IntLiteralExpression: (node) => numberOf(node.text),
  RealLiteralExpression: (node) => numberOf(node.text),
  DecimalLiteralExpression: (node) => numberOf(node.text),
  BooleanLiteralExpression: (node) => (inner(node.text) === 'null' ? null : /true|1/i.test(inner(node.text))),
  DateTimeLiteralExpression: (node) => orNull(node.text, parseDatetime),
  TimespanLiteralExpression: (node) => orNull(node.text, parseTimespan),
  GuidLiteralExpression: (node) => (inner(node.text) === 'null' ? null : inner(node.text).toLowerCase()),
  NullLiteralExpression: () => null,
  DynamicExpression: (node) => dynamicOf(part(node, 'Expression')),
};

const jsonOf: Record<string, (node: KqlNode) => Dynamic> = {
  JsonArrayExpression: (node) => itemsOf(node, 'Values').map(dynamicOf),
  JsonObjectExpression: (node) =>
    Object.fromEntries(
      itemsOf(node, 'Pairs').map((pair) => [
        JSON.parse(part(pair, 'Name').text),
        dynamicOf(part(pair, 'Value')),
      ]),
    ),
  UnaryMinusExpression: (node) => -Number(part(node, 'Expression').text),
};

const dynamicOf = (node: KqlNode): Dynamic => {
  const json = jsonOf[node.kind];
  if (json !== undefined) return json(node);
  const value = literalOf(node);
  if (typeof value !== 'bigint') return value;
  return node.kind === 'TimespanLiteralExpression' ? formatTimespan(value) : formatDatetime(value);
};

export const isLiteral = (node: KqlNode): boolean => Object.hasOwn(literalValues, node.kind);

/** @throws KqlError for a literal of a kind that is not evaluated here. */
export const literalOf = (node: KqlNode): Value => {
  const read = literalValues[node.kind];
  if (read === undefined) throw notKnown(node.kind, node);
  return read(node);
};
