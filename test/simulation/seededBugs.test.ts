import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { bundleStories, runStories } from './bundle.ts';
import { seededBugs } from './seededBugs.ts';
import { seededControlBugs } from './seededControlBugs.ts';

const mostRuns = 6_000;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'responder-bugs-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the simulation notices when the product', () => {
  it.concurrent.for([...seededBugs, ...seededControlBugs].map((bug, index) => ({ ...bug, index })))(
    '$name',
    { timeout: 300_000 },
    async ({ index, ...bug }, { expect: expectHere }) => {
      const { seed = 1 } = bug;
      const bundle = path.join(folder, `bug${index}.mjs`);
      await bundleStories(bundle, bug);
      const only = bug.only === undefined ? {} : { only: bug.only };
      const outcome = await runStories(bundle, { seed, runs: mostRuns, shrink: 'no', ...only });
      expectHere(
        outcome.failure,
        `${bug.name} went unnoticed through ${outcome.runs} stories`,
      ).not.toBeNull();
    },
  );
});
