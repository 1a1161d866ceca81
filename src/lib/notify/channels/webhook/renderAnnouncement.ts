import type { Announcement } from '../../announcement.ts';

const listed = 100;

/** What a webhook receiver gets of an announcement. */
export type AnnouncementBody = {
  readonly type: Announcement['type'];
  readonly timestamp: string;
  readonly data: {
    readonly noticeId: string;
    readonly summary: string;
    readonly problems: readonly string[];
  };
};

export function announcementBody(announcement: Announcement, nowMs: number): AnnouncementBody {
  const { id, type, summary, problems } = announcement;
  const timestamp = new Date(nowMs).toISOString();
  return { type, timestamp, data: { noticeId: id, summary, problems: problems.slice(0, listed) } };
}
