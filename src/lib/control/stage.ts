import type { OneTimeWindow, Silence } from './control.ts';

export type Control = Silence | OneTimeWindow;

/** When it ends, or ended: at its time, or earlier when somebody took it back. Milliseconds. */
export function endOf({ untilMs, takenBack }: Control): number {
  return takenBack === undefined ? untilMs : Math.min(untilMs, takenBack.atMs);
}

export type Stage = 'upcoming' | 'active' | 'over';

export function stageOf(control: Control, nowMs: number): Stage {
  if (endOf(control) <= nowMs) return 'over';
  return control.fromMs > nowMs ? 'upcoming' : 'active';
}
