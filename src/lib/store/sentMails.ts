import { mailsPartition, shardOf } from './keys.ts';
import { readRecord, storeFormat } from './readRecord.ts';
import type { RowStore, RowWrite } from './rowStore.ts';

/** The notice that a mail was sent for. */
export type MailedNotice = { readonly incidentId: string; readonly noticeId: string };

const dayMs = 24 * 60 * 60_000;

/** A mail server tries a mail for up to five days before it reports that it did not arrive (RFC 5321 §4.5.4.1). */
const reportedWithinDays = 6;

/** Rows of days as long ago as this are dropped, should a run have been missed. */
const droppedWithinDays = 30;

const mailShards = 4;
const pageRows = 100;

/**
 * Which notice a mail was sent for, by the id under which its service reports on it. A day's mails lie together, so that
 * they can be dropped together.
 */
export function createSentMails(rows: RowStore) {
  const partitionOf = (day: number, messageId: string) => mailsPartition(day, shardOf(messageId, mailShards));
  return {
    /** Notes a mail that is about to be sent. It can be noted twice. */
    async note(messageId: string, { incidentId, noticeId }: MailedNotice, nowMs: number): Promise<void> {
      const data = JSON.stringify({ v: storeFormat, incidentId, noticeId });
      await rows.commit(partitionOf(dayOf(nowMs), messageId), [{ kind: 'put', key: messageId, data }]);
    },

    /** The notice of a mail that was sent in the last days; null: it is none of ours, or too long ago. */
    async find(messageId: string, nowMs: number): Promise<MailedNotice | null> {
      // Most reports come at once.
      for (let ago = 0; ago <= reportedWithinDays; ago++) {
        const row = await rows.get(partitionOf(dayOf(nowMs) - ago, messageId), messageId);
        const found =
          row &&
          readRecord(row, ({ incidentId, noticeId }) =>
            typeof incidentId === 'string' && typeof noticeId === 'string' ? { incidentId, noticeId } : null,
          );
        if (found) return found;
      }
      return null;
    },

    /** Drops mails of which no report can come any more, a page of each day at a time. Answers how many. */
    async dropOld(nowMs: number): Promise<number> {
      let dropped = 0;
      const newest = dayOf(nowMs) - reportedWithinDays - 1;
      for (let day = newest; day > newest - droppedWithinDays; day--) {
        for (let shard = 0; shard < mailShards; shard++) {
          const partition = mailsPartition(day, shard);
          const page = await rows.page(partition, '', '~', pageRows);
          const writes = page.rows.map(({ key, etag }): RowWrite => ({ kind: 'remove', key, etag }));
          if (writes.length > 0) await rows.commit(partition, writes);
          dropped += writes.length;
        }
      }
      return dropped;
    },
  };
}

export type SentMails = ReturnType<typeof createSentMails>;

function dayOf(atMs: number): number {
  return Math.floor(atMs / dayMs);
}
