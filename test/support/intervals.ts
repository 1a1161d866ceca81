import type { TimeInterval } from '../../src/lib/control/timeInterval.ts';

/** Recurring local times that start on any day, unless said otherwise; times as `HH:MM-HH:MM`. */
export function intervalOf(
  timeZone: string,
  times: readonly string[] | null,
  on: Partial<Pick<TimeInterval, 'weekdays' | 'daysOfMonth' | 'months'>> = {},
): TimeInterval {
  return {
    name: 'nights',
    timeZone,
    weekdays: null,
    daysOfMonth: null,
    months: null,
    ...on,
    times:
      times?.map((written) => {
        const [fromMinute = 0, untilMinute = 0] = written.split('-').map((time) => {
          const [hours = 0, minutes = 0] = time.split(':').map(Number);
          return hours * 60 + minutes;
        });
        return { fromMinute, untilMinute };
      }) ?? null,
  };
}
