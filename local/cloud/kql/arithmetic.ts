import { toNumber } from './convert.ts';
import type { Value } from './value.ts';

type Operation = (left: Value, right: Value, type: string) => Value;

const asTicks = (value: number): bigint | null => (Number.isFinite(value) ? BigInt(Math.round(value)) : null);

/** Adds or subtracts; times and time spans are ticks, so they add as they are. */
const sum =
  (sign: 1 | -1): Operation =>
  (left, right) => {
    if (typeof left === 'bigint' && typeof right === 'bigint')
      return sign === 1 ? left + right : left - right;
    const [a, b] = [toNumber(left), toNumber(right)];
    return a === null || b === null ? null : a + sign * b;
  };

const multiply: Operation = (left, right, type) => {
  const [a, b] = [toNumber(left), toNumber(right)];
  if (a === null || b === null) return null;
  return type === 'timespan' ? asTicks(a * b) : a * b;
};

/** Whole numbers divide to a whole number; a time span by a time span is a real. */
const divide: Operation = (left, right, type) => {
  const [a, b] = [toNumber(left), toNumber(right)];
  if (a === null || b === null) return null;
  if (type === 'timespan') return asTicks(a / b);
  if (type !== 'long' && type !== 'int') return a / b;
  return b === 0 ? null : Math.trunc(a / b);
};

/** By syntax kind; null in, null out. `type` is the type of the result. */
export const operations: Readonly<Record<string, Operation>> = {
  AddExpression: sum(1),
  SubtractExpression: sum(-1),
  MultiplyExpression: multiply,
  DivideExpression: divide,
};

/** Rounds down to a multiple of `size`: numbers from 0, times from 0001-01-01. */
export const bin = (value: Value, size: Value): Value => {
  if (typeof value === 'bigint' && typeof size === 'bigint') {
    if (size <= 0n) return null;
    return value - (((value % size) + size) % size);
  }
  const [a, b] = [toNumber(value), toNumber(size)];
  return a === null || b === null || b <= 0 ? null : Math.floor(a / b) * b;
};
