import { beforeEach, describe, expect, it } from 'vitest';
import { limitsPartition } from '../../../src/lib/store/keys.ts';
import { createRateLimits, type RateLimits } from '../../../src/lib/store/rateLimits.ts';
import { createMemoryRows, type MemoryRows } from '../../support/memoryRows.ts';

const spent = [
  { atMs: 1, weight: 2, ends: false },
  { atMs: 5, weight: 1, ends: true },
];

let rows: MemoryRows;
let limits: RateLimits;
beforeEach(() => {
  rows = createMemoryRows();
  limits = createRateLimits(rows);
});

const recordsOf = async (names: readonly string[]) =>
  Object.fromEntries([...(await limits.read(names))].map(([name, { record }]) => [name, record]));

describe('what was sent under limits', () => {
  it('is read as it was written, of several limits together', async () => {
    const names = ['shift', 'email'];
    const next = new Map([
      ['shift', spent],
      ['email', spent.slice(1)],
    ]);
    expect(await limits.save(next, await limits.read(names))).toBe(true);
    expect(await recordsOf(names)).toEqual({ email: spent.slice(1), shift: spent });
  });

  it('is written by one of two who send side by side, and by neither half', async () => {
    const before = await limits.read(['shift', 'email']);
    expect(await limits.save(new Map([['shift', spent]]), before)).toBe(true);
    const both = new Map([
      ['shift', []],
      ['email', spent],
    ]);
    expect(await limits.save(both, before)).toBe(false);
    expect(await recordsOf(['shift', 'email'])).toEqual({ shift: spent });
  });

  it('that cannot be read is nothing, and is written anew', async () => {
    await rows.commit(limitsPartition, [{ kind: 'create', key: 'shift', data: 'broken' }]);
    const read = await limits.read(['shift']);
    expect(read.get('shift')?.record).toEqual([]);
    expect(await limits.save(new Map([['shift', spent]]), read)).toBe(true);
    expect(await recordsOf(['shift'])).toEqual({ shift: spent });
  });
});
