import { AdaptiveCard, SerializationContext, Versions } from 'adaptivecards';
import { describe, expect, it } from 'vitest';
import type { Announcement } from '../../../../../src/lib/notify/announcement.ts';
import { announcementRequest } from '../../../../../src/lib/notify/channels/teams/renderAnnouncement.ts';
import { longestRequestBytes } from '../../../../../src/lib/notify/channels/teams/request.ts';

const refused: Announcement = {
  id: 'cfg_1',
  type: 'responder.configurationRefused',
  about: 'configuration',
  over: false,
  summary: 'Configuration refused: 2 mistakes',
  explanation: ['It stays as it was.', 'Correct the file.'],
  problems: ['sites[0].name: "<b>Oslo" is not accepted', 'routes: is missing'],
};

describe('an announcement', () => {
  it.each([
    ['short', refused],
    ['long', { ...refused, problems: Array.from({ length: 130 }, () => '"*"'.repeat(300)) }],
  ])('that is %s is a card that the official parser takes, and short enough', (_, announcement) => {
    const request = announcementRequest(announcement, 'Mistakes', 'message');
    expect(Buffer.byteLength(request)).toBeLessThanOrEqual(longestRequestBytes);
    const context = new SerializationContext(Versions.v1_4);
    new AdaptiveCard().parse(JSON.parse(request).attachments[0].content, context);
    expect(context.eventCount).toBe(0);
  });

  it('says what it means and lists the mistakes', () => {
    const { body } = JSON.parse(announcementRequest(refused, 'Mistakes', 'card'));
    expect(body[0].items[0].text).toBe('Configuration refused: 2 mistakes');
    expect(body.map(({ text }: { text?: string }) => text)).toContain(
      '- sites\\[0\\].name: "\\<b\\>Oslo" is not accepted\r- routes: is missing',
    );
  });

  it('counts what it does not list', () => {
    const endless = { ...refused, problems: Array.from({ length: 130 }, (_, index) => `problem ${index}`) };
    expect(announcementRequest(endless, 'Mistakes', 'card')).toContain('and 30 more, not listed here');
  });
});
