import type { OneTimeWindow, Silence } from './control.ts';
import type { Span } from './timeInterval.ts';

export type Control = Silence | OneTimeWindow;

/** When it ends, or ended: at its time, or earlier when somebody took it back. Milliseconds. */
export function endOf({ untilMs, takenBack }: Control): number {
  return takenBack === undefined ? untilMs : Math.min(untilMs, takenBack.atMs);
}

export type Stage = 'upcoming' | 'active' | 'over';

export function stageOf(control: Control, nowMs: number): Stage {
  return stageOfSpan({ fromMs: control.fromMs, untilMs: endOf(control) }, nowMs);
}

export function stageOfSpan({ fromMs, untilMs }: Span, nowMs: number): Stage {
  if (untilMs <= nowMs) return 'over';
  return fromMs > nowMs ? 'upcoming' : 'active';
}
