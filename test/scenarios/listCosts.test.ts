import { beforeAll, describe, expect, it } from 'vitest';
import { getIncident } from '../../src/lib/app/listings.ts';
import { countRows, type RowCount } from '../support/countedRows.ts';
import { fullHistory } from '../support/fullHistory.ts';
import { listIncidents } from '../support/lists.ts';

describe('with 10,000 incidents that are over and one that is open', () => {
  let full: Awaited<ReturnType<typeof fullHistory>>;
  let count: RowCount;
  let before: RowCount;

  beforeAll(async () => {
    full = await fullHistory(10_000);
    count = countRows(full.rows);
  });

  /** Calls and rows of one request. */
  async function costOf(request: () => Promise<unknown>): Promise<{ calls: number; read: number }> {
    before = { ...count };
    await request();
    return { calls: count.calls - before.calls, read: count.read - before.read };
  }

  it('the open ones are listed for 5 calls at most, and no row but theirs', async () => {
    let items: readonly object[] = [];
    const cost = await costOf(async () => {
      ({ items } = await listIncidents(full.app, { filter: 'open', from: null }));
    });
    expect(items).toMatchObject(full.openIds.map((incidentId) => ({ incidentId, status: 'open' })));
    expect(items).toHaveLength(1);
    expect(cost.calls).toBeLessThanOrEqual(5);
    // The card of its site, and what the list shows of it.
    expect(cost.read).toBe(2);
  });

  it.each(['openIds', 'pastIds'] as const)('one of %s is found for 3 calls at most', async (ids) => {
    const incidentId = full[ids].at(-1)!;
    const cost = await costOf(async () => {
      expect(await getIncident(full.app, incidentId)).toMatchObject({ incidentId });
    });
    expect(cost.calls).toBeLessThanOrEqual(3);
    expect(cost.read).toBeLessThanOrEqual(4);
  });
});
