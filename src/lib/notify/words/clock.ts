/** Prints instants (milliseconds) as the clock on the wall of a site shows them. */
export type Clock = {
  /** The zone by name and offset: `Europe/Oslo, GMT+1`. */
  zone(atMs: number): string;
  /** `Wed 4 Mar 2026, 09:12` */
  instant(atMs: number): string;
  /** As `instant`, without the day where it is that of `todayMs`: `09:12` */
  shortInstant(atMs: number, todayMs: number): string;
  /** Two instants, with seconds where the interval is short: `Wed 4 Mar 2026, between 09:12 and 09:15`. */
  interval(notBeforeMs: number, notAfterMs: number): string;
  /** As `interval`, without the day where it is that of `todayMs`: `09:12–09:15`. */
  shortInterval(notBeforeMs: number, notAfterMs: number, todayMs: number): string;
};

const shortIntervalMs = 2 * 60 * 1000;

/** The clock of an IANA time zone; UTC where the zone is unknown, since a notice matters more than its zone. */
export function clockOf(timeZone: string): Clock {
  const zoneName = isTimeZone(timeZone) ? timeZone : 'UTC';
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-GB', { timeZone: zoneName, ...options });
  const day = format({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
  const minutes = format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const seconds = format({ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
  const offset = format({ timeZoneName: 'shortOffset' });

  const dayOf = (atMs: number) => day.format(atMs).replaceAll(',', '');
  const dayUnless = (atMs: number, todayMs: number) =>
    dayOf(atMs) === dayOf(todayMs) ? '' : `${dayOf(atMs)}, `;
  const times = (fromMs: number, toMs: number) => {
    const time = toMs - fromMs < shortIntervalMs ? seconds : minutes;
    return [time.format(fromMs), time.format(toMs)] as const;
  };

  return {
    zone(atMs) {
      const name = offset.formatToParts(atMs).find(({ type }) => type === 'timeZoneName')?.value;
      return zoneName === 'UTC' || !name ? zoneName : `${zoneName}, ${name}`;
    },
    instant: (atMs) => `${dayOf(atMs)}, ${minutes.format(atMs)}`,
    shortInstant: (atMs, todayMs) => `${dayUnless(atMs, todayMs)}${minutes.format(atMs)}`,
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

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
