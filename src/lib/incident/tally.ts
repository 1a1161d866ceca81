import type { Members } from './incident.ts';

/** How many devices of an incident are in which state. */
export type Tally = {
  readonly down: number;
  /** Those among the ones that are down that have connected again. */
  readonly recovering: number;
  readonly flapping: number;
  readonly back: number;
  /** Those among the ones that are back that were never lost, but only flapped. */
  readonly calmed: number;
  /** Modules among all of them. */
  readonly modules: number;
};

export function tallyOf(members: Members): Tally {
  const tally = { down: 0, recovering: 0, flapping: 0, back: 0, calmed: 0, modules: 0 };
  for (const { state, recovering, lostAtMs, moduleId } of members.values()) {
    if (moduleId !== null) tally.modules += 1;
    if (state === 'gone') continue;
    tally[state] += 1;
    if (state === 'down' && recovering) tally.recovering += 1;
    if (state === 'back' && lostAtMs === null) tally.calmed += 1;
  }
  return tally;
}
