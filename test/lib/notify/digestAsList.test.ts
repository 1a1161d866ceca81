import { expect, it } from 'vitest';
import { digestEmail } from '../../../src/lib/notify/channels/email/renderDigest.ts';
import { announcementContent, sizeOf } from '../../../src/lib/notify/channels/slack/blocks.ts';
import { announcementRequest } from '../../../src/lib/notify/channels/teams/renderAnnouncement.ts';
import { longestRequestBytes } from '../../../src/lib/notify/channels/teams/request.ts';
import { digestAsList, mostListed } from '../../../src/lib/notify/words/digest.ts';
import { device, hasIt, message, resolved } from './renderMessages.ts';

const name = (index: number) => `${index}-${'Ålesund '.repeat(40)}`;
const digest = {
  type: 'incidents.digest',
  noticeId: 'dig_1',
  receiver: 'hall',
  incidents: Array.from({ length: mostListed }, (_, index) =>
    message({
      site: { ...message({ devices: [device('press-1')] }).site, id: `site${index}`, name: name(index) },
      devices: [device('press-1')],
    }),
  ),
  nowMs: 0,
} as const;

it.each([
  { where: 'Slack', text: () => JSON.stringify(announcementContent(digestAsList(digest)).blocks) },
  { where: 'Teams', text: () => announcementRequest(digestAsList(digest), 'Incidents', 'message') },
])('a full digest names every incident in $where, however long the names are', ({ text }) => {
  for (let index = 0; index < mostListed; index++) expect(text()).toContain(`${index}-Ålesund`);
  expect(text()).not.toContain('not listed here');
});

it('a full digest stays within what Slack and Teams take', () => {
  expect(sizeOf(announcementContent(digestAsList(digest)).blocks)).toBeLessThanOrEqual(12_000);
  const request = announcementRequest(digestAsList(digest), 'Incidents', 'message');
  expect(Buffer.byteLength(request)).toBeLessThanOrEqual(longestRequestBytes);
});

it('a digest says who has an incident that is open', () => {
  const [open, over] = [message({ acknowledged: hasIt }), resolved({ acknowledged: hasIt })];
  const two = { ...digest, incidents: [open, over] };
  const said = 'Ola Nordmann has this until 14:30';
  expect(digestAsList(two).problems.map((line) => line.includes(said))).toEqual([true, false]);
  const { html, text } = digestEmail(two);
  expect(text.split(said)).toHaveLength(2);
  expect(html).toContain('<bdi>Ola Nordmann</bdi> has this until 14:30.');
});
