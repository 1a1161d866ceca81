import { formatDatetime, formatTimespan, parseDatetime, parseTimespan } from './time.ts';
import type { Dynamic, Value } from './value.ts';

const isNumeric = (type: string): boolean => ['int', 'long', 'real', 'decimal'].includes(type);

/** KQL's `tostring`: null is the empty string, a datetime has seven fraction digits, dynamics are JSON. */
export const toText = (value: Value, type: string): string => {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint') {
    return type === 'timespan'
      ? formatTimespan(value)
      : formatDatetime(value).replace(
          /(?:\.(\d+))?Z$/,
          (_, digits: string | undefined) => `.${(digits ?? '').padEnd(7, '0')}Z`,
        );
  }
  if (typeof value === 'boolean') return type === 'bool' ? (value ? 'True' : 'False') : String(value);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

/** A cell as it stands inside a dynamic: times become text. */
export const toDynamic = (value: Value, type: string): Dynamic =>
  typeof value === 'bigint' ? toText(value, type) : value;

/** KQL's `toreal`; a text that is no number is null. */
export const toNumber = (value: Value): number | null => {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'string' || value.trim() === '') return null;
  const parsed = Number(value);
  return Number.isNaN(parsed) ? null : parsed;
};

/** KQL's `tolong`: numbers are cut, a text must be a whole number. */
export const toWhole = (value: Value): number | null => {
  if (typeof value === 'string' && !/^\s*[+-]?(?:\d+|0x[0-9a-f]+)\s*$/i.test(value)) return null;
  const parsed = toNumber(value);
  return parsed === null ? null : Math.trunc(parsed);
};

export const toBool = (value: Value): boolean | null => {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return value !== 0;
  if (typeof value !== 'string') return null;
  const text = value.trim().toLowerCase();
  return text === 'true' || text === '1' ? true : text === 'false' || text === '0' ? false : null;
};

export const toDatetime = (value: Value): bigint | null =>
  typeof value === 'bigint' ? value : typeof value === 'string' ? parseDatetime(value) : null;

export const toTimespan = (value: Value): bigint | null =>
  typeof value === 'bigint' ? value : typeof value === 'string' ? parseTimespan(value) : null;

/** The value as one of `type`, as an explicit cast gives it. */
export const cast = (value: Value, from: string, to: string): Value => {
  if (to === 'string') return toText(value, from);
  if (to === 'int' || to === 'long') return toWhole(value);
  if (isNumeric(to)) return toNumber(value);
  if (to === 'bool') return toBool(value);
  if (to === 'datetime') return toDatetime(value);
  if (to === 'timespan') return toTimespan(value);
  if (to === 'dynamic') return toDynamic(value, from);
  return value;
};

/** What stands in a dynamic, for a comparison with a value of `type`; null where the kinds do not match. */
export const fromDynamic = (value: Value, type: string): Value => {
  if (value === null) return type === 'string' ? '' : null;
  if (isNumeric(type)) return typeof value === 'number' ? value : null;
  if (type === 'bool') return typeof value === 'boolean' ? value : null;
  return cast(value, 'dynamic', type);
};

/** Whether the service compares values of these two types without a cast. */
export const areComparable = (left: string, right: string): boolean => {
  if (left === 'dynamic' && right === 'dynamic') return false;
  if ([left, right].some((type) => ['dynamic', 'unknown', 'guid', ''].includes(type))) return true;
  return left === right || (isNumeric(left) && isNumeric(right));
};
