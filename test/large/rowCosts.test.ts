import { expect, it } from 'vitest';
import { expectRowCosts } from '../support/rowCosts.ts';

it.each(['site', 'device'] as const)(
  'an outage per %s of 10,000 devices costs no more for each',
  async (per) => {
    expect(await expectRowCosts(per, [100, 10_000])).toBe(3);
  },
  600_000,
);
