import { type PlannedWindow, windowFields } from '../control/plannedWindow.ts';
import { instantAt } from '../control/temporal.ts';
import type { Span, TimeInterval } from '../control/timeInterval.ts';
import { valuesOf } from '../fields/tableSection.ts';
import type { Route } from '../policy/route.ts';
import type { ConfigFile } from './schema.ts';

/** One object for each name: what is worked out for an interval is kept by it. */
export type Intervals = ReadonlyMap<string, TimeInterval>;

export function intervalsOf(written: ConfigFile['timeIntervals']): Intervals {
  return new Map(
    Object.entries(written).map(([name, interval]) => {
      const { timeZone, weekdays = null, daysOfMonth = null, months = null, times = null } = interval;
      return [name, { name, timeZone, weekdays, daysOfMonth, months, times }];
    }),
  );
}

export function routeOf(written: ConfigFile['routes'][number], intervals: Intervals): Route {
  const { match, per, to, final, remindEvery = null, muteDuring, activeDuring, muteBelow = null } = written;
  const { sites = null, devices = null, hubs = null, severity = null, cause = null, reason = null } = match;
  const isMuted = muteDuring !== undefined || activeDuring !== undefined;
  return {
    match: { sites, devices, hubs, severity, cause, reason },
    per,
    to,
    final,
    remindEveryMs: remindEvery,
    mute: isMuted
      ? {
          during: muteDuring ? named(muteDuring, intervals) : null,
          unless: activeDuring ? named(activeDuring, intervals) : null,
          below: muteBelow,
        }
      : null,
    escalate: (written.escalate ?? []).map((step) => ({ afterMs: step.after, to: step.to })),
  };
}

export function windowOf(written: ConfigFile['maintenance'][number], intervals: Intervals): PlannedWindow {
  const { name, match, during } = written;
  const { hubs = null, sites = null, devices = null } = match;
  return {
    name,
    match: { hubs, sites, devices },
    at: during ? { during: named(during, intervals) } : spanOf(written),
    ...valuesOf(windowFields, written),
  };
}

/** Like an interval: in an hour that comes twice the first pass for the start, the last for the end. */
function spanOf({ from, until, timeZone = 'UTC' }: ConfigFile['maintenance'][number]): Span {
  return { fromMs: instantAt(timeZone, from!, 'first'), untilMs: instantAt(timeZone, until!, 'last') };
}

function named(names: readonly string[], intervals: Intervals): readonly TimeInterval[] {
  return names.flatMap((name) => intervals.get(name) ?? []);
}
