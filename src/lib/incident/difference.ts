import type { Incident, Member, ToldFacts } from './incident.ts';
import type { Reason } from './reasons.ts';

/** From the weightiest to the lightest. */
const differences = [
  'outageGrew',
  'flappingBegan',
  'flappingEnded',
  'partlyRecovered',
  'noLongerFollowed',
] as const satisfies readonly Reason[];

export type Difference = (typeof differences)[number];

/**
 * The weightiest difference between an open incident and what was told of it, or null.
 * @param isHidden of such a member only its end counts
 */
export function differenceFrom(
  incident: Incident,
  facts: ToldFacts,
  isHidden: (member: Member) => boolean,
): Difference | null {
  const known = knownFrom(facts);
  let weightiest: number = differences.length;
  for (const [key, member] of incident.members) {
    const reason = differenceOf(key, member, known);
    if (reason === null || (begins(member, reason) && isHidden(member))) continue;
    weightiest = Math.min(weightiest, differences.indexOf(reason));
    if (weightiest === 0) break;
  }
  return differences[weightiest] ?? null;
}

/** What a receiver was told, to be looked up by `deviceKey`. */
export type Known = {
  readonly down: ReadonlySet<string>;
  readonly flapping: ReadonlySet<string>;
  readonly unsure: ReadonlySet<string>;
};

/** @param facts null: nothing was told */
export function knownFrom(facts: ToldFacts | null): Known {
  const { down, flapping, unsure } = facts ?? { down: [], flapping: [], unsure: [] };
  return { down: new Set(down), flapping: new Set(flapping), unsure: new Set(unsure) };
}

/** Whether something of a member has begun that a receiver was not told of. */
export function beginsAnew(key: string, member: Member, known: Known): boolean {
  const reason = differenceOf(key, member, known);
  return reason !== null && begins(member, reason);
}

/** One that is still away when its flapping ends begins to be down. */
function begins({ state }: Member, reason: Difference): boolean {
  return (
    reason === 'outageGrew' || reason === 'flappingBegan' || (reason === 'flappingEnded' && state === 'down')
  );
}

/** What is new about one member. */
function differenceOf(key: string, { state, recovering }: Member, known: Known): Difference | null {
  const [toldDown, toldFlapping] = [known.down.has(key), known.flapping.has(key)];
  const unsure = known.unsure.has(key);
  const told = (toldDown || toldFlapping) && !unsure;
  if (state === 'down' && !recovering && !told) return 'outageGrew';
  if (state === 'flapping') return toldFlapping && !unsure ? null : 'flappingBegan';
  if (state === 'gone') return toldDown || toldFlapping ? 'noLongerFollowed' : null;
  if (toldFlapping) return 'flappingEnded';
  return state === 'back' && toldDown ? 'partlyRecovered' : null;
}
