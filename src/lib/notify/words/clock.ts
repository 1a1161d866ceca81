/** Prints instants (milliseconds) as the clock on the wall of a site shows them. */
export type Clock = {
  /** The zone by name and offset: `Europe/Oslo, GMT+1`. */
  zone(atMs: number): string;
  /** `Wed 4 Mar 2026, 09:12`; with seconds where it stands beside another one of about that time. */
  instant(atMs: number, besideMs?: number): string;
  /** As `instant`, without the day where it is that of `todayMs`: `09:12` */
  shortInstant(atMs: number, todayMs: number, besideMs?: number): string;
  /** Two instants, with seconds where the interval is short: `Wed 4 Mar 2026, between 09:12 and 09:15`. */
  interval(notBeforeMs: number, notAfterMs: number): string;
  /** As `interval`, without the day where it is that of `todayMs`: `09:12–09:15`. */
  shortInterval(notBeforeMs: number, notAfterMs: number, todayMs: number): string;
  /** As fields of forms have it: `2026-03-04T09:12`. */
  local(atMs: number): string;
};

const shortIntervalMs = 2 * 60 * 1000;

/** Clocks are put forward and back by less than this, and never twice within it. */
const aroundChangeMs = 3 * 60 * 60 * 1000;

/**
 * The clock of an IANA time zone; UTC where the zone is unknown, since a notice matters more than its zone. A time that
 * the clock shows twice, in the night when it is put back, has its offset beside it; and so have all times of one text
 * when their offsets differ.
 *
 * @param spoken the instants of the text, milliseconds
 */
export function clockOf(timeZone: string, spoken: readonly number[] = []): Clock {
  const zoneName = isTimeZone(timeZone) ? timeZone : 'UTC';
  const { day, minutes, seconds, longOffset, shortOffset } = formatsOf(zoneName);
  const offsets = offsetsOf(longOffset);

  const [first, ...others] = spoken;
  const mixed = first !== undefined && others.some((atMs) => offsets(atMs) !== offsets(first));
  const offsetName = (atMs: number) =>
    shortOffset.formatToParts(atMs).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const timeOf = (atMs: number, time: Intl.DateTimeFormat, withOffset = mixed) =>
    withOffset || comesTwice(atMs, offsets) ? `${time.format(atMs)} ${offsetName(atMs)}` : time.format(atMs);

  const finenessOf = (atMs: number, besideMs = Number.NEGATIVE_INFINITY) =>
    Math.abs(atMs - besideMs) < shortIntervalMs ? seconds : minutes;
  const dayOf = (atMs: number) => day.format(atMs).replaceAll(',', '');
  const dayUnless = (atMs: number, todayMs: number) =>
    dayOf(atMs) === dayOf(todayMs) ? '' : `${dayOf(atMs)}, `;
  const times = (fromMs: number, toMs: number) => {
    const time = toMs - fromMs < shortIntervalMs ? seconds : minutes;
    const withOffsets = mixed || offsets(fromMs) !== offsets(toMs);
    return [timeOf(fromMs, time, withOffsets), timeOf(toMs, time, withOffsets)] as const;
  };

  return {
    zone(atMs) {
      const name = offsetName(atMs);
      return zoneName === 'UTC' || mixed || name === '' ? zoneName : `${zoneName}, ${name}`;
    },
    instant: (atMs, besideMs) => `${dayOf(atMs)}, ${timeOf(atMs, finenessOf(atMs, besideMs))}`,
    shortInstant: (atMs, todayMs, besideMs) =>
      `${dayUnless(atMs, todayMs)}${timeOf(atMs, finenessOf(atMs, besideMs))}`,
    local: (atMs) => new Date(atMs + offsets(atMs)).toISOString().slice(0, 'yyyy-mm-ddThh:mm'.length),
    interval(notBeforeMs, notAfterMs) {
      const [from, to] = times(notBeforeMs, notAfterMs);
      if (dayOf(notBeforeMs) !== dayOf(notAfterMs)) {
        return `between ${dayOf(notBeforeMs)}, ${from} and ${dayOf(notAfterMs)}, ${to}`;
      }
      const day = dayOf(notBeforeMs);
      return from === to ? `${day}, ${from}` : `${day}, between ${from} and ${to}`;
    },
    shortInterval(notBeforeMs, notAfterMs, todayMs) {
      const [from, to] = times(notBeforeMs, notAfterMs);
      const start = `${dayUnless(notBeforeMs, todayMs)}${from}`;
      if (dayOf(notBeforeMs) !== dayOf(notAfterMs))
        return `${start} – ${dayUnless(notAfterMs, todayMs)}${to}`;
      return from === to ? start : `${start}–${to}`;
    },
  };
}

/** Making them takes longer than a mail. */
const formats = new Map<string, ReturnType<typeof newFormats>>();

function formatsOf(timeZone: string) {
  const known = formats.get(timeZone) ?? newFormats(timeZone);
  formats.set(timeZone, known);
  return known;
}

function newFormats(timeZone: string) {
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-GB', { timeZone, ...options });
  return {
    day: format({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' }),
    minutes: format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    seconds: format({ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }),
    longOffset: format({ timeZoneName: 'longOffset' }),
    shortOffset: format({ timeZoneName: 'shortOffset' }),
  };
}

/** Clocks are changed at full quarters of an hour. */
const quarterMs = 15 * 60 * 1000;

/** The offset of an instant from UTC, in milliseconds. */
function offsetsOf(format: Intl.DateTimeFormat): (atMs: number) => number {
  const known = new Map<number, number>();
  return (atMs) => {
    const quarter = Math.floor(atMs / quarterMs);
    const offsetMs = known.get(quarter) ?? offsetAt(format, atMs);
    known.set(quarter, offsetMs);
    return offsetMs;
  };
}

function offsetAt(format: Intl.DateTimeFormat, atMs: number): number {
  const name = format.formatToParts(atMs).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
  const [, sign = '+', hours = '0', minutes = '0', seconds = '0'] =
    /GMT([+-])(\d{2}):(\d{2})(?::(\d{2}))?/.exec(name) ?? [];
  const sizeMs = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
  return sign === '-' ? -sizeMs : sizeMs;
}

/** Whether the clock shows the same day and time at another instant. */
function comesTwice(atMs: number, offsets: (atMs: number) => number): boolean {
  const here = offsets(atMs);
  return [offsets(atMs - aroundChangeMs), offsets(atMs + aroundChangeMs)].some(
    (there) => there !== here && offsets(atMs + here - there) === there,
  );
}

function isTimeZone(name: string): boolean {
  if (formats.has(name)) return true;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
