import type { PlannedWindow } from '../../control/plannedWindow.ts';
import type { TimeInterval } from '../../control/timeInterval.ts';
import { formatDuration } from '../../fields/quantities.ts';
import type { Route } from '../../policy/route.ts';
import type { Rules } from '../../policy/rules.ts';
import { monthNames, weekdayNames } from '../names.ts';

// What the rules hold resolved, as the file says it: names in place of intervals, times in place of minutes.

type Written = Readonly<Record<string, unknown>>;

/** The intervals that are in use, by name. */
export function writtenIntervals({ routes, maintenance }: Rules): ReadonlyMap<string, Written> {
  const used = [
    ...routes.flatMap(({ mute }) => [...(mute?.during ?? []), ...(mute?.unless ?? [])]),
    ...maintenance.flatMap(({ at }) => ('during' in at ? at.during : [])),
  ];
  return new Map(used.map((interval) => [interval.name, writtenInterval(interval)]));
}

function writtenInterval({ timeZone, weekdays, daysOfMonth, months, times }: TimeInterval): Written {
  return {
    timeZone,
    weekdays: weekdays?.map((day) => weekdayNames[day - 1]),
    daysOfMonth: daysOfMonth?.map(({ fromDay, toDay }) =>
      fromDay === toDay ? fromDay : `${fromDay}:${toDay}`,
    ),
    months: months?.map((month) => monthNames[month - 1]),
    times: times?.map(({ fromMinute, untilMinute }) => `${clock(fromMinute)}-${clock(untilMinute)}`),
  };
}

function clock(minute: number): string {
  return [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':');
}

/** Planned work by name; of several with the same name the second is numbered. */
export function writtenWindows({ maintenance }: Rules): ReadonlyMap<string, Written> {
  const windows = new Map<string, Written>();
  for (const window of maintenance) {
    let name = window.name;
    for (let number = 2; windows.has(name); number++) name = `${window.name} (${number})`;
    windows.set(name, writtenWindow(window));
  }
  return windows;
}

function writtenWindow({ match, at, returnGraceMs }: PlannedWindow): Written {
  const times =
    'during' in at ? { during: namesOf(at.during) } : { from: utc(at.fromMs), until: utc(at.untilMs) };
  return { match, ...times, returnGraceMs };
}

/** Digests by their sites; their times as the file says them. */
export function writtenDigests({ digests }: Rules): readonly Written[] {
  return digests.map(({ sites, at, to }) => ({ sites, at: at.map(clock), to }));
}

const namesOf = (intervals: readonly TimeInterval[]) => intervals.map(({ name }) => name);
const utc = (atMs: number) => `${new Date(atMs).toISOString().slice(0, 16)}Z`;

/**
 * What a route has beside whom it tells of what, by its place in the file. A route that tells the same receivers of the
 * same incidents is the same one, wherever it stands.
 */
export function writtenRoutes({ routes }: Rules, { routes: after }: Rules): ReadonlyMap<number, Written> {
  const free = after.map((route, index) => ({ index, key: keyOf(route) }));
  return new Map(
    routes.flatMap((route) => {
      const key = keyOf(route);
      const same = free.findIndex((other) => other.key === key);
      const [place] = same < 0 ? [] : free.splice(same, 1);
      return place ? [[place.index, writtenRoute(route)] as const] : [];
    }),
  );
}

function keyOf({ match, per, to, final }: Route): string {
  return JSON.stringify([match, per, to, final]);
}

function writtenRoute({ remindEveryMs, mute, escalate }: Route): Written {
  return {
    remindEveryMs,
    muteDuring: mute?.during && namesOf(mute.during),
    activeDuring: mute?.unless && namesOf(mute.unless),
    muteBelow: mute?.below,
    escalate:
      escalate.length === 0
        ? null
        : escalate.map(({ afterMs, to }) => `${to.join(' and ')} after ${formatDuration(afterMs)}`),
  };
}
