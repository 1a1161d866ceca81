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
    /** At the change of shift alone. */
    readonly sections?: Announcement['sections'];
  };
};

export function announcementBody(announcement: Announcement, nowMs: number): AnnouncementBody {
  const { id, type, summary, problems, sections } = announcement;
  const timestamp = new Date(nowMs).toISOString();
  const data = { noticeId: id, summary, problems: problems.slice(0, listed) };
  return { type, timestamp, data: sections === undefined ? data : { ...data, sections } };
}
