import { parseDuration } from '../fields/quantities.ts';
import type { Finding } from './problem.ts';
import { fieldOf, firstText, itemsOf, textsOf } from './untyped.ts';

/** Mistakes of routes that span several fields. */
export function* routeFindings(file: unknown): Iterable<Finding> {
  for (const [index, route] of itemsOf(fieldOf(file, 'routes')).entries()) {
    const path = ['routes', index];
    const isMuted = ['muteDuring', 'activeDuring'].some((key) => fieldOf(route, key) !== undefined);
    if (fieldOf(route, 'muteBelow') !== undefined && !isMuted) {
      const message = 'has no effect without muteDuring or activeDuring; add one of them, or leave it out';
      yield { path: [...path, 'muteBelow'], message };
    }
    yield* stepFindings([...path, 'escalate'], route);
  }
}

/** Each step is later than the one before, and tells somebody whom the route itself does not. */
function* stepFindings(path: readonly PropertyKey[], route: unknown): Iterable<Finding> {
  const own = textsOf(fieldOf(route, 'to')).map(([, name]) => name);
  let before = '';
  for (const [number, step] of itemsOf(fieldOf(route, 'escalate')).entries()) {
    const after = firstText(fieldOf(step, 'after'));
    const [afterMs, beforeMs] = [parseDuration(after), parseDuration(before)];
    if (afterMs !== undefined && beforeMs !== undefined && afterMs <= beforeMs) {
      const message = `is not later than the step before it (${before}); list the steps in the order of their times`;
      yield { path: [...path, number, 'after'], message };
    }
    if (afterMs !== undefined) before = after;
    for (const [place, name] of textsOf(fieldOf(step, 'to'))) {
      if (!own.includes(name)) continue;
      const message = 'is told from the start, by the to of this route; name somebody else';
      yield { path: [...path, number, 'to', place], message };
    }
  }
}
