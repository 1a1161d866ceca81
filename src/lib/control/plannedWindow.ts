import type { FieldTable } from '../fields/fieldTable.ts';
import type { ControlMatch } from './controlMatch.ts';
import type { Span, TimeInterval } from './timeInterval.ts';

/** What planned work has beside its times: the one place where such a field is written. */
export const windowFields = {
  returnGrace: {
    kind: 'duration',
    default: '10m',
    says: 'How long devices have to come back once it is over. What is down then is told.',
  },
} as const satisfies FieldTable;

/** Planned work as the configuration names it: at one time, or whenever one of its intervals runs. */
export type PlannedWindow = {
  readonly name: string;
  readonly match: ControlMatch;
  readonly at: Span | { readonly during: readonly TimeInterval[] };
  /** How long devices have to come back once it is over. Milliseconds. */
  readonly returnGraceMs: number;
};
