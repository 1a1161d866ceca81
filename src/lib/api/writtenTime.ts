import { parseLocalTime } from '../control/localTime.ts';
import { instantAt } from '../control/temporal.ts';

/** An instant with its offset, or a local time of the zone; seconds may be left out. null: neither. */
export function instantOf(written: string, timeZone: string): number | null {
  const [, minutes = '', seconds = '0', offset] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(?::(\d\d(?:\.\d{1,3})?))?(Z|[+-]\d\d:\d\d)?$/.exec(written) ?? [];
  const local = parseLocalTime(minutes);
  if (local === undefined || Number(seconds) >= 60) return null;
  const fullMinute =
    offset === undefined ? instantAt(timeZone, local, 'first') : Date.parse(`${minutes}${offset}`);
  return Number.isNaN(fullMinute) ? null : fullMinute + Number(seconds) * 1_000;
}
