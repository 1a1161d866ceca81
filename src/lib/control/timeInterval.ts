/** From `fromMs` on, until and without `untilMs`. */
export type Span = { readonly fromMs: number; readonly untilMs: number };

/** Minutes since midnight, local time; `until` may be at or before `from`: it then ends on the next day. 1440 is 24:00. */
export type TimeRange = { readonly fromMinute: number; readonly untilMinute: number };

/** Days of a month, both included: 1 to 31, or -1 to -31 from its end. What the month does not have is left out. */
export type DayRange = { readonly fromDay: number; readonly toDay: number };

/** Recurring local times. Every list that is given must fit; they look at the day of the start. null: any. */
export type TimeInterval = {
  readonly name: string;
  /** IANA name. */
  readonly timeZone: string;
  /** 1 Monday to 7 Sunday. */
  readonly weekdays: readonly number[] | null;
  readonly daysOfMonth: readonly DayRange[] | null;
  /** 1 to 12. */
  readonly months: readonly number[] | null;
  /** null: the whole local day. */
  readonly times: readonly TimeRange[] | null;
};
