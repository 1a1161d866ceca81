import { expect, it } from 'vitest';
import type { Announcement } from '../../../../../src/lib/notify/announcement.ts';
import { announcementBody } from '../../../../../src/lib/notify/channels/webhook/renderAnnouncement.ts';

const refused: Announcement = {
  id: 'cfg_1',
  type: 'responder.configurationRefused',
  about: 'configuration',
  over: false,
  summary: 'Configuration refused: 2 mistakes',
  explanation: ['It stays as it was.', 'Correct the file.'],
  problems: ['sites[0].name: "<b>Oslo" is not accepted', 'routes: is missing'],
};

it('a webhook gets type, time, summary and problems', () => {
  expect(announcementBody(refused, Date.parse('2026-03-04T09:20:52.184Z'))).toEqual({
    type: 'responder.configurationRefused',
    timestamp: '2026-03-04T09:20:52.184Z',
    data: { noticeId: 'cfg_1', summary: refused.summary, problems: refused.problems },
  });
});

it('a list that never ends is cut at a hundred', () => {
  const endless = { ...refused, problems: Array.from({ length: 130 }, (_, index) => `problem ${index}`) };
  expect(announcementBody(endless, 0).data.problems).toHaveLength(100);
});
