import { parseLocalTime } from '../control/localTime.ts';
import { instantAt } from '../control/temporal.ts';
import type { Finding } from './problem.ts';
import { timeZoneFault } from './textFaults.ts';
import { fieldOf, firstText, isMap, itemsOf } from './untyped.ts';

const oneTime = ['from', 'until', 'timeZone'];

/** Mistakes of planned work that span several fields. */
export function* maintenanceFindings(file: unknown): Iterable<Finding> {
  for (const [index, window] of itemsOf(fieldOf(file, 'maintenance')).entries()) {
    if (!isMap(window)) continue;
    const path = ['maintenance', index];
    const match = fieldOf(window, 'match');
    if (isMap(match) && Object.values(match).every((value) => value === undefined)) {
      const message = 'matches everything; name at least one of hubs, sites and devices';
      yield { path: [...path, 'match'], message, aboutKey: true };
    }
    yield* timeFindings(path, window);
  }
}

function* timeFindings(path: readonly PropertyKey[], window: unknown): Iterable<Finding> {
  const given = oneTime.filter((key) => fieldOf(window, key) !== undefined);
  if (fieldOf(window, 'during') !== undefined) {
    const message = 'has no effect beside during, which has its own times and zone; leave out one of them';
    for (const key of given) yield { path: [...path, key], message, aboutKey: true };
    return;
  }
  if (given.length === 0) {
    const message = 'says no time; use during, or from, until and timeZone';
    yield { path, message, aboutKey: true };
    return;
  }
  for (const key of oneTime) {
    if (given.includes(key)) continue;
    yield { path: [...path, key], message: `is missing; a window at one time needs ${oneTime.join(', ')}` };
  }
  const [from, until] = [parsed(window, 'from'), parsed(window, 'until')];
  const timeZone = firstText(fieldOf(window, 'timeZone'));
  if (!from || !until || timeZoneFault(timeZone) !== null) return;
  if (instantAt(timeZone, until, 'last') > instantAt(timeZone, from, 'first')) return;
  const message = `ends at or before its start (${firstText(fieldOf(window, 'from'))}); use a later time`;
  yield { path: [...path, 'until'], message };
}

const parsed = (window: unknown, key: string) => parseLocalTime(firstText(fieldOf(window, key)));
