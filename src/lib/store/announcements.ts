import { createHash } from 'node:crypto';
import type { Announcement } from '../notify/announcement.ts';
import type { Tagged } from './fleet.ts';
import { announcementsPartition } from './keys.ts';
import { readRecord, storeFormat } from './readRecord.ts';
import type { Row, RowStore, RowWrite } from './rowStore.ts';

/** Something about the responder itself that one receiver is to be told. Times are milliseconds. */
export type PendingAnnouncement = {
  readonly announcement: Announcement;
  readonly receiver: string;
  readonly sinceMs: number;
  readonly attempts: number;
  /** How much of the time since then it has waited for our own limit. */
  readonly limitedMs: number;
  /** When it is tried next; while somebody tells it, nobody else does before. */
  readonly dueAtMs: number;
};

/** Up to when changes of shift have been told of, and what is on its way already of those after that. */
export type ShiftsTold = { readonly untilMs: number; readonly added: readonly string[] };

/** Beside the announcements, and behind their end: both change in one transaction. */
const shiftsKey = '~shifts';

/** Announcements on their way: a row for each of them and receiver. */
export function createAnnouncements(rows: RowStore) {
  return {
    /** Puts one on its way; one of that id that is on its way already stays as it is. */
    async add(announcement: Announcement, receiver: string, nowMs: number): Promise<void> {
      const begun = { sinceMs: nowMs, attempts: 0, limitedMs: 0, dueAtMs: nowMs };
      const data = written({ announcement, receiver, ...begun });
      const key = keyOf({ announcement, receiver });
      await rows.commit(announcementsPartition, [{ kind: 'create', key, data }]);
    },

    /** null: none has been told of yet. */
    async shifts(): Promise<Tagged<ShiftsTold | null> | null> {
      const row = await rows.get(announcementsPartition, shiftsKey);
      return row && { record: readShifts(row), etag: row.etag };
    },

    /**
     * Puts announcements on their way and notes that, all or nothing, over what was read (null: there was nothing). The
     * new tag, or null: another instance was faster. At most 50.
     */
    async addOfShift(
      made: readonly { readonly announcement: Announcement; readonly receiver: string }[],
      told: ShiftsTold,
      etag: string | null,
      nowMs: number,
    ): Promise<string | null> {
      const begun = { sinceMs: nowMs, attempts: 0, limitedMs: 0, dueAtMs: nowMs };
      const data = JSON.stringify({ v: storeFormat, ...told });
      const result = await rows.commit(announcementsPartition, [
        ...made.map(
          (one): RowWrite => ({ kind: 'put', key: keyOf(one), data: written({ ...one, ...begun }) }),
        ),
        etag === null
          ? { kind: 'create', key: shiftsKey, data }
          : { kind: 'replace', key: shiftsKey, data, etag },
      ]);
      return result.kind === 'saved' ? (result.etags.get(shiftsKey) ?? '') : null;
    },

    async pending(limit: number): Promise<Tagged<PendingAnnouncement>[]> {
      const page = await rows.page(announcementsPartition, '', '~', limit);
      return page.rows.flatMap((row) => {
        const record = readPending(row);
        return record ? [{ record, etag: row.etag }] : [];
      });
    },

    /** Writes over what was read; the new tag, or null: somebody else was faster. */
    async save(next: PendingAnnouncement, etag: string): Promise<string | null> {
      const key = keyOf(next);
      const result = await rows.commit(announcementsPartition, [
        { kind: 'replace', key, data: written(next), etag },
      ]);
      return result.kind === 'saved' ? (result.etags.get(key) ?? '') : null;
    },

    async remove(done: PendingAnnouncement, etag: string): Promise<void> {
      await rows.commit(announcementsPartition, [{ kind: 'remove', key: keyOf(done), etag }]);
    },
  };
}

export type Announcements = ReturnType<typeof createAnnouncements>;

function keyOf({ announcement, receiver }: Pick<PendingAnnouncement, 'announcement' | 'receiver'>): string {
  return `${announcement.id}|${createHash('sha256').update(receiver).digest('hex').slice(0, 16)}`;
}

function written(pending: PendingAnnouncement): string {
  return JSON.stringify({ v: storeFormat, ...pending });
}

function readShifts(row: Row): ShiftsTold | null {
  return readRecord(row, ({ untilMs, added }) =>
    typeof untilMs === 'number' && Array.isArray(added) ? { untilMs, added: added.map(String) } : null,
  );
}

function readPending(row: Row): PendingAnnouncement | null {
  return readRecord(row, (value) => {
    const { announcement, receiver, sinceMs, attempts, limitedMs, dueAtMs } =
      value as Partial<PendingAnnouncement>;
    if (!announcement?.id || !receiver || sinceMs === undefined) return null;
    return {
      announcement,
      receiver,
      sinceMs,
      attempts: attempts ?? 0,
      limitedMs: limitedMs ?? 0,
      dueAtMs: dueAtMs ?? 0,
    };
  });
}
