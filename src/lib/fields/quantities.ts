const unitsMs: ReadonlyMap<string, number> = new Map([
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
]);
const yearMs = 365 * 86_400_000;

export const durationPattern = '[0-9]+[smhd]';
export function durationAccepted(longestMs = yearMs): string {
  return `use a number and a unit, like 30s, 5m, 4h or 7d, from 1s to ${formatDuration(longestMs)}`;
}

/** `30s`, `5m`, `4h`, `7d` in milliseconds; undefined for anything else, below 1s, and above the longest. */
export function parseDuration(text: string, longestMs = yearMs): number | undefined {
  const [, digits, unit] = /^([0-9]+)([smhd])$/.exec(text) ?? [];
  if (digits === undefined || unit === undefined) return undefined;
  const durationMs = Number(digits) * unitsMs.get(unit)!;
  return durationMs >= 1_000 && durationMs <= longestMs ? durationMs : undefined;
}

/** The shortest text that `parseDuration` reads back. Milliseconds below a whole second are rounded up. */
export function formatDuration(durationMs: number): string {
  const wholeMs = Math.ceil(durationMs / 1_000) * 1_000;
  for (const [unit, unitMs] of unitsMs) {
    if (wholeMs >= unitMs && wholeMs % unitMs === 0) return `${wholeMs / unitMs}${unit}`;
  }
  return `${wholeMs / 1_000}s`;
}

export const percentagePattern = '[0-9]+(\\.[0-9]+)?%';
export const percentageAccepted = 'use a number from 0% to 100%, like 50%';

const wholePercentage = new RegExp(`^${percentagePattern}$`);

/** `50%` as 0.5; undefined for anything else and above 100%. */
export function parsePercentage(text: string): number | undefined {
  if (!wholePercentage.test(text)) return undefined;
  const share = Number(text.slice(0, -1)) / 100;
  return share <= 1 ? share : undefined;
}

/** 0.333 as `33.3%`. */
export function formatPercentage(share: number): string {
  return `${Math.round(share * 1000) / 10}%`;
}

/** At most `count` within any time of this length. */
export type Rate = { readonly count: number; readonly windowMs: number };

export const ratePattern = '([1-9][0-9]{0,2}|1000) per [0-9]+[smhd]';
export const rateAccepted = 'use a number from 1 to 1000 and a time, like 10 per 1h or 5 per 1m';

/** `10 per 1h`; undefined for anything else, and for a time that `parseDuration` refuses. */
export function parseRate(text: string): Rate | undefined {
  const [, digits, time] = /^([1-9][0-9]{0,2}|1000) per ([0-9]+[smhd])$/.exec(text) ?? [];
  const windowMs = time === undefined ? undefined : parseDuration(time);
  return windowMs === undefined ? undefined : { count: Number(digits), windowMs };
}

export function isRate(value: unknown): value is Rate {
  return typeof value === 'object' && value !== null && 'count' in value && 'windowMs' in value;
}

/** The text that `parseRate` reads back. */
export function formatRate({ count, windowMs }: Rate): string {
  return `${count} per ${formatDuration(windowMs)}`;
}
