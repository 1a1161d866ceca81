import { expect, it } from 'vitest';
import { withBug } from './bundle.ts';
import { seededBugs } from './seededBugs.ts';
import { seededControlBugs } from './seededControlBugs.ts';

const bugs = [...seededBugs, ...seededControlBugs];

// Whether the stories notice them takes minutes (`npm run test:bugs`); whether the source still has their texts does not.
it.for(bugs)('the source still has the text of: $name', async (bug) => {
  await expect(withBug(bug)).resolves.toBeTypeOf('string');
});

it('names every seeded bug once', () => {
  expect(new Set(bugs.map((bug) => bug.name)).size).toBe(bugs.length);
});
