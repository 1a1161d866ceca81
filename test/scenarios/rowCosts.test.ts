import { expect, it } from 'vitest';
import { expectRowCosts } from '../support/rowCosts.ts';

it.each(['site', 'device'] as const)(
  'tells an outage per %s, its changes and its end for rows in proportion to its devices',
  async (per) => {
    expect(await expectRowCosts(per, [100, 1_000])).toBe(3);
  },
  60_000,
);
