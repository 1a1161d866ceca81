import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anyCase } from './case.ts';
import { brokenPromises } from './invariants.ts';
import { play } from './play.ts';

const runs = Number(process.env.SIMULATION_RUNS ?? 2_000);
const seed = process.env.SIMULATION_SEED ? Number(process.env.SIMULATION_SEED) : undefined;

it(`keeps every promise through ${runs} stories of losses, shuffles, faults and crashes`, async () => {
  await fc.assert(
    fc.asyncProperty(anyCase, async (story) => {
      expect(brokenPromises(story, await play(story))).toEqual([]);
    }),
    { numRuns: runs, ...(seed === undefined ? {} : { seed }) },
  );
}, 600_000);
