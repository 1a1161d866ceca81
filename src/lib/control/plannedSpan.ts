import { lastOccurrence, nextOccurrence, unionAt } from './calendar.ts';
import type { PlannedWindow } from './plannedWindow.ts';
import type { Span } from './timeInterval.ts';

/** When planned work takes place: the span that runs, else the next one, else the last. null: none is near. */
export function nearestSpan({ at }: PlannedWindow, nowMs: number): Span | null {
  if (!('during' in at)) return at;
  const { during } = at;
  const running = unionAt(during, nowMs);
  if (running) return running;
  const starts = during.flatMap((interval) => nextOccurrence(interval, nowMs)?.fromMs ?? []);
  if (starts.length > 0) return unionAt(during, Math.min(...starts));
  const ends = during.flatMap((interval) => lastOccurrence(interval, nowMs)?.untilMs ?? []);
  return ends.length > 0 ? unionAt(during, Math.max(...ends) - 1) : null;
}
