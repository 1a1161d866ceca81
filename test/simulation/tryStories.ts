import fc from 'fast-check';
import { anyCase, type Case } from './case.ts';
import { brokenPromises } from './invariants.ts';
import { type KindName, storiesOf } from './only.ts';
import { play } from './play.ts';

export type Outcome = {
  readonly runs: number;
  /** The first story that broke a promise, shrunk; null: every promise was kept. */
  readonly failure: {
    readonly seed: number;
    readonly story: Case;
    readonly broken: readonly string[];
  } | null;
};

/**
 * Plays stories until one breaks a promise, or until that many or so long.
 *
 * @param only stories of one kind
 * @param shrink looks for the shortest story that breaks the same; without it the first one is given
 */
export async function tryStories(options: {
  seed: number;
  runs: number;
  forMs?: number;
  shrink?: boolean;
  only?: KindName;
}): Promise<Outcome> {
  const { seed, runs, forMs, shrink = true, only } = options;
  const checked = await fc.check(
    fc.asyncProperty(
      only ? storiesOf(only) : anyCase,
      async (story) => brokenPromises(story, await play(story)).length === 0,
    ),
    {
      seed,
      numRuns: runs,
      endOnFailure: !shrink,
      ...(forMs === undefined ? {} : { interruptAfterTimeLimit: forMs }),
    },
  );
  if (!checked.failed || checked.counterexample === null) return { runs: checked.numRuns, failure: null };
  const [story] = checked.counterexample;
  return {
    runs: checked.numRuns,
    failure: { seed: checked.seed, story, broken: brokenPromises(story, await play(story)) },
  };
}
