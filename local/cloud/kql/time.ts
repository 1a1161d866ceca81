const ticksPerMs = 10_000n;
const unixEpochTicks = 621_355_968_000_000_000n;
const ticksPerUnit: Record<string, number> = {
  d: 864e9,
  h: 36e9,
  m: 6e8,
  s: 1e7,
  ms: 1e4,
  microsecond: 10,
  tick: 1,
};

/** Ticks since 0001-01-01 of a Unix time in ms. */
export const ticksOfMs = (ms: number): bigint => unixEpochTicks + BigInt(Math.round(ms * 10_000));

const isoDatetime =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i;

/** Reads ISO 8601 with up to nine fraction digits (cut to 100 ns), without a zone as UTC; else what `Date` reads. */
export const parseDatetime = (text: string): bigint | null => {
  const match = isoDatetime.exec(text.trim());
  if (match === null) {
    const ms = Date.parse(text);
    return Number.isNaN(ms) ? null : ticksOfMs(ms);
  }
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = match;
  const ms = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  const valid = new Date(ms).getUTCDate() === Number(day) || Number(hour) >= 24;
  if (!valid || Number(month) > 12 || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59)
    return null;
  const offsetMinutes = /z/i.test(zone)
    ? 0
    : (zone.startsWith('-') ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2)));
  return ticksOfMs(ms - offsetMinutes * 60_000) + BigInt(fraction.padEnd(7, '0').slice(0, 7));
};

/** As the query API prints it: no more fraction digits than needed. */
export const formatDatetime = (ticks: bigint): string => {
  const sinceEpoch = ticks - unixEpochTicks;
  const fraction = ((sinceEpoch % 10_000_000n) + 10_000_000n) % 10_000_000n;
  const seconds = new Date(Number((sinceEpoch - fraction) / ticksPerMs)).toISOString().slice(0, 19);
  const digits = String(fraction).padStart(7, '0').replace(/0+$/, '');
  return `${seconds}${digits === '' ? '' : `.${digits}`}Z`;
};

/** Reads `1h`, `1.5d`, `30s`, `02:03:04`, `1.02:03:04.5` and a bare number of days. */
export const parseTimespan = (text: string): bigint | null => {
  const trimmed = text.trim();
  const clock = /^(-)?(?:(\d+)\.)?(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,7}))?)?$/.exec(trimmed);
  if (clock !== null) {
    const [, sign, days = '0', hours, minutes, seconds = '0', fraction = ''] = clock;
    const wholeSeconds = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
    const ticks = BigInt(wholeSeconds) * 10_000_000n + BigInt(fraction.padEnd(7, '0'));
    return sign === undefined ? ticks : -ticks;
  }
  const amount = /^(-?\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(trimmed);
  const ticks = ticksPerUnit[amount?.[2]?.toLowerCase() || 'd'];
  return amount === null || ticks === undefined ? null : BigInt(Math.round(Number(amount[1]) * ticks));
};

/** `[-][d.]hh:mm:ss[.fffffff]`, as KQL prints a timespan. */
export const formatTimespan = (ticks: bigint): string => {
  const size = ticks < 0n ? -ticks : ticks;
  const seconds = size / 10_000_000n;
  const two = (value: bigint): string => String(value).padStart(2, '0');
  const days = seconds / 86_400n;
  const clock = [(seconds / 3600n) % 24n, (seconds / 60n) % 60n, seconds % 60n].map(two).join(':');
  const fraction = size % 10_000_000n;
  return `${ticks < 0n ? '-' : ''}${days > 0n ? `${days}.` : ''}${clock}${
    fraction > 0n ? `.${String(fraction).padStart(7, '0')}` : ''
  }`;
};
