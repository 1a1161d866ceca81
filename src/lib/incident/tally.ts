import type { Member, MemberState, Members } from './incident.ts';

/** How many devices of an incident are in which state. */
export type Tally = {
  readonly down: number;
  /** Those among the ones that are down that have connected again. */
  readonly recovering: number;
  readonly flapping: number;
  /** Down or flapping, and quiet: they count nowhere else. */
  readonly silenced: number;
  readonly back: number;
  /** Those among the ones that are back that were never lost, but only flapped. */
  readonly calmed: number;
  /** Modules among all of them. */
  readonly modules: number;
};

/** Under what a member counts: one that is quiet, and down or flapping, is `silenced`. */
export function countedAs(member: Member): MemberState | 'silenced' {
  return isInTrouble(member) && member.quiet !== undefined ? 'silenced' : member.state;
}

export function isInTrouble({ state }: Member): boolean {
  return state === 'down' || state === 'flapping';
}

export function tallyOf(members: Members): Tally {
  const tally = { down: 0, recovering: 0, flapping: 0, silenced: 0, back: 0, calmed: 0, modules: 0 };
  for (const member of members.values()) {
    const { recovering, lostAtMs, moduleId } = member;
    const state = countedAs(member);
    if (moduleId !== null) tally.modules += 1;
    if (state === 'gone') continue;
    tally[state] += 1;
    if (state === 'down' && recovering) tally.recovering += 1;
    if (state === 'back' && lostAtMs === null) tally.calmed += 1;
  }
  return tally;
}
