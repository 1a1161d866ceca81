import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleStories, describeOutcome, runStories } from './bundle.ts';

const runs = Number(process.env.SIMULATION_RUNS ?? 1_000);
const seed = Number(process.env.SIMULATION_SEED ?? 20_260_304);

let folder: string;
let bundle: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'responder-simulation-'));
  bundle = path.join(folder, 'stories.mjs');
  await bundleStories(bundle);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

it(`keeps every promise through ${runs} stories of losses, shuffles, faults and crashes`, async () => {
  // The shortest story that breaks the same may take minutes to find: `npm run soak -- --seed` looks for it.
  const options = { runs: Math.ceil(runs / 2), shrink: 'no' };
  const halves = [seed, seed + 1].map((of) => runStories(bundle, { seed: of, ...options }));
  for (const outcome of await Promise.all(halves)) {
    expect(outcome.failure, describeOutcome(outcome)).toBeNull();
    expect(outcome.runs).toBeGreaterThanOrEqual(runs / 2);
  }
}, 600_000);
