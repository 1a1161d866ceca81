import { expect, it } from 'vitest';
import { createHubWatches } from '../../../src/lib/store/hubWatches.ts';
import { createMemoryRows } from '../../support/memoryRows.ts';

const looked = (knownAtMs: number) => ({
  drop: { sinceMs: 1, expected: 40, awayBefore: 2, raisedAtMs: 3 },
  knownAtMs,
  samples: [{ atMs: 1, away: 2 }],
  changedAtMs: 3,
  level: { connected: 20, expected: 40, explained: 0, ended: null },
});

it('what is remembered of a hub is written over what was read: of two looks at once one counts', async () => {
  const watches = createHubWatches(createMemoryRows());
  expect(await watches.read('hub-a')).toBeNull();
  const etag = await watches.save('hub-a', looked(1), null);
  expect(await watches.save('hub-a', looked(2), null)).toBeNull();
  expect(await watches.save('hub-a', looked(3), etag)).not.toBeNull();
  expect(await watches.save('hub-a', looked(4), etag)).toBeNull();
  expect((await watches.read('HUB-A'))?.record).toEqual(looked(3));
});
