import { formatPlaceKey, type PlaceKey, parsePlaceKey } from '../directory/placeKey.ts';
import { waitingPartition } from './keys.ts';
import { readRecord, storeFormat } from './readRecord.ts';
import { type Row, type RowStore, type RowWrite, transactionLimit } from './rowStore.ts';

/** A notice that waits until its receiver's limit lets something through. */
export type WaitingNotice = {
  readonly place: PlaceKey;
  readonly incidentId: string;
  readonly noticeId: string;
  /** 0: goes first. */
  readonly rank: number;
  readonly sinceMs: number;
};

/** Notices that wait, by receiver: a row each, the most important first, then the oldest. */
export function createWaitingNotices(rows: RowStore) {
  return {
    async add(receiver: string, notice: WaitingNotice): Promise<void> {
      const { place, incidentId, noticeId, rank, sinceMs } = notice;
      const data = JSON.stringify({
        v: storeFormat,
        place: formatPlaceKey(place),
        incidentId,
        noticeId,
        rank,
        sinceMs,
      });
      await rows.commit(waitingPartition(receiver), [{ kind: 'put', key: keyOf(notice), data }]);
    },

    /** Those that go first. */
    async first(receiver: string, limit: number): Promise<WaitingNotice[]> {
      const page = await rows.page(waitingPartition(receiver), '', '~', limit);
      return page.rows.flatMap((row) => readWaiting(row) ?? []);
    },

    /** Those that have gone. One that is not there any more is no fault. */
    async remove(receiver: string, notices: readonly WaitingNotice[]): Promise<void> {
      const removals = notices.map((one): RowWrite => ({ kind: 'remove', key: keyOf(one), etag: '*' }));
      for (let from = 0; from < removals.length; from += transactionLimit) {
        const part = removals.slice(from, from + transactionLimit);
        const { kind } = await rows.commit(waitingPartition(receiver), part);
        if (kind === 'saved') continue;
        for (const removal of part) await rows.commit(waitingPartition(receiver), [removal]);
      }
    },
  };
}

export type WaitingNotices = ReturnType<typeof createWaitingNotices>;

function keyOf({ rank, sinceMs, noticeId }: Pick<WaitingNotice, 'rank' | 'sinceMs' | 'noticeId'>): string {
  return `${rank}|${String(Math.trunc(sinceMs)).padStart(16, '0')}|${noticeId}`;
}

function readWaiting(row: Row): WaitingNotice | null {
  return readRecord(row, (value) => {
    const place = parsePlaceKey(value.place);
    const { incidentId, noticeId, rank, sinceMs } = value as Partial<WaitingNotice>;
    if (!place || !incidentId || !noticeId || rank === undefined || sinceMs === undefined) return null;
    return { place, incidentId, noticeId, rank, sinceMs };
  });
}
