import { type RoutedState, statesOf } from '../../policy/routing.ts';
import type { Rules } from '../../policy/rules.ts';

/** What else than severity and place two configurations tell incidents apart by. */
export type Circumstance = Pick<RoutedState, 'cause' | 'reason'>;

/** Every combination of cause and reason that the routes of either tell apart; one alone where they name none. */
export function circumstancesOf(before: Rules, after: Rules): readonly Circumstance[] {
  const states = statesOf({ routes: [...before.routes, ...after.routes] });
  const ofOneSeverity = states.filter(({ severity }) => severity === states[0]?.severity);
  return ofOneSeverity.map(({ cause, reason }) => ({ cause, reason }));
}

/** `, where the cause is siteUplink`: some of all circumstances, in as few phrases as name them. */
export function circumstancesInWords(
  some: readonly Circumstance[],
  all: readonly Circumstance[],
): readonly string[] {
  const causes = unique(some.map(({ cause }) => cause));
  const reasons = unique(some.map(({ reason }) => reason));
  if (some.length !== causes.length * reasons.length) {
    return some.flatMap((one) => circumstancesInWords([one], all));
  }
  const everyCause = unique(all.map(({ cause }) => cause));
  const named = everyCause.slice(0, -2);
  const cause =
    causes.length === everyCause.length ? '' : `, where the cause is ${causes.map(inWords).join(' or ')}`;
  const everyReason = new Set(all.map(({ reason }) => reason)).size;
  const [reason] = reasons;
  const what = reason === 'flappingBegan' ? 'devices only flap' : 'devices are offline';
  return [`${cause}${reasons.length === everyReason ? '' : `, where ${what}`}`];

  // `statesOf` lists those that routes name, one that none names, and none at all.
  function inWords(cause: Circumstance['cause']): string {
    if (cause === 'notKnownYet') return 'not known yet';
    return named.includes(cause) ? cause : 'another one';
  }
}

function unique<Value>(values: readonly Value[]): Value[] {
  return [...new Set(values)];
}
