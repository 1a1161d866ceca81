import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { Case } from './case.ts';
import { brokenPromises } from './invariants.ts';
import { play } from './play.ts';

const folder = path.join(import.meta.dirname, 'stories');

// Stories in which the product once broke a promise, as `npm run soak` printed them.
it.for(readdirSync(folder))('keeps every promise in %s', async (name) => {
  const story = JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as Case;
  expect(brokenPromises(story, await play(story))).toEqual([]);
});
