// `npm run soak -- --minutes N [--only KIND]`: plays stories that no run has played before, until the time is over or a promise breaks.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bundleStories, describeOutcome, runStories } from './bundle.ts';
import { isKind, kinds } from './only.ts';

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { minutes: text, seed: text, only: text } });
const minutes = Number(values.minutes ?? 1);
if (!(minutes > 0)) {
  console.error(`--minutes ${values.minutes}: use a number above 0`);
  process.exit(1);
}
if (values.only !== undefined && !isKind(values.only)) {
  console.error(`--only ${values.only}: use one of ${Object.keys(kinds).join(', ')}`);
  process.exit(1);
}
const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed);
const folder = await mkdtemp(path.join(tmpdir(), 'responder-soak-'));
try {
  const bundle = path.join(folder, 'stories.mjs');
  await bundleStories(bundle);
  const options = {
    runs: 100_000_000,
    forMs: Math.round(minutes * 60_000),
    ...(values.only ? { only: values.only } : {}),
  };
  const seeds = values.seed === undefined ? [seed, seed + 1] : [seed];
  const outcomes = await Promise.all(seeds.map((of) => runStories(bundle, { ...options, seed: of })));
  for (const outcome of outcomes) console.log(describeOutcome(outcome));
  process.exitCode = outcomes.some((outcome) => outcome.failure) ? 1 : 0;
} finally {
  await rm(folder, { recursive: true, force: true });
}
