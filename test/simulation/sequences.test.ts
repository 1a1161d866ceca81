import { describe, expect, it } from 'vitest';
import { controlKinds, playSequence, sequencesUpTo } from './sequences.ts';
import { expectedOf } from './sequenceTold.ts';

describe.each(controlKinds)('%s: what each receiver hears', (kind) => {
  // What is planned differs from a window only in how it begins and ends.
  const [length, count] = kind === 'planned' ? [4, 30] : [6, 126];

  it(`of every order of problem, recovery, beginning and end, ${count} of them`, async () => {
    const sequences = sequencesUpTo(length);
    expect(sequences.length).toBe(count);
    for (const steps of sequences) {
      const heard = await playSequence(steps, kind);
      expect(heard, steps.join(', ')).toEqual(expectedOf(steps, kind));
    }
  }, 120_000);
});
