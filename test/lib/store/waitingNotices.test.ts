import { beforeEach, describe, expect, it } from 'vitest';
import { waitingPartition } from '../../../src/lib/store/keys.ts';
import {
  createWaitingNotices,
  type WaitingNotice,
  type WaitingNotices,
} from '../../../src/lib/store/waitingNotices.ts';
import { createMemoryRows, type MemoryRows } from '../../support/memoryRows.ts';

const notice = (noticeId: string, rank: number, sinceMs: number): WaitingNotice => ({
  place: { hub: 'hub', kind: 'site', id: 'oslo' },
  incidentId: `of ${noticeId}`,
  noticeId,
  rank,
  sinceMs,
});

let rows: MemoryRows;
let waiting: WaitingNotices;
beforeEach(() => {
  rows = createMemoryRows();
  waiting = createWaitingNotices(rows);
});

const add = async (...notices: readonly WaitingNotice[]) => {
  for (const one of notices) await waiting.add('shift', one);
};

describe('notices that wait for their receiver', () => {
  it('come the most important first, then the oldest', async () => {
    const [late, early, end] = [
      notice('late', 2, 20_000),
      notice('early', 2, 9_000),
      notice('end', 0, 30_000),
    ];
    await add(late, early, end);
    expect(await waiting.first('shift', 10)).toEqual([end, early, late]);
    expect(await waiting.first('shift', 1)).toEqual([end]);
    expect(await waiting.first('another', 10)).toEqual([]);
  });

  it('wait once, however often they are added', async () => {
    await add(notice('one', 1, 1), notice('one', 1, 1));
    expect(await waiting.first('shift', 10)).toHaveLength(1);
  });

  it('are gone when they have gone, more than a transaction holds, and when some were gone before', async () => {
    const many = Array.from({ length: 150 }, (_, n) => notice(`n${n}`, 1, n));
    await add(...many);
    await waiting.remove('shift', many.slice(40, 50));
    await waiting.remove('shift', many.slice(0, 149));
    expect(await waiting.first('shift', 10)).toEqual(many.slice(149));
  });

  it('that cannot be read keep nobody else', async () => {
    await rows.commit(waitingPartition('shift'), [{ kind: 'put', key: '0', data: '{' }]);
    await add(notice('one', 1, 1));
    expect(await waiting.first('shift', 10)).toEqual([notice('one', 1, 1)]);
  });
});
