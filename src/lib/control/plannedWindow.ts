import type { ControlMatch } from './controlMatch.ts';
import type { Span, TimeInterval } from './timeInterval.ts';

/** Planned work as the configuration names it: at one time, or whenever one of its intervals runs. */
export type PlannedWindow = {
  readonly name: string;
  readonly match: ControlMatch;
  readonly at: Span | { readonly during: readonly TimeInterval[] };
  /** How long devices have to come back once it is over. Milliseconds. */
  readonly returnGraceMs: number;
};
