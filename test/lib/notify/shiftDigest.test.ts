import { AdaptiveCard, SerializationContext, Versions } from 'adaptivecards';
import { describe, expect, it } from 'vitest';
import { bodyOf } from '../../../src/lib/notify/channels/email/bodyOf.ts';
import { renderEvent } from '../../../src/lib/notify/channels/eventGrid/render.ts';
import { announcementEvent } from '../../../src/lib/notify/channels/pagerduty/buildEvent.ts';
import { announcementContent, sizeOf } from '../../../src/lib/notify/channels/slack/blocks.ts';
import { announcementRequest } from '../../../src/lib/notify/channels/teams/renderAnnouncement.ts';
import { longestRequestBytes } from '../../../src/lib/notify/channels/teams/request.ts';
import { announcementBody } from '../../../src/lib/notify/channels/webhook/renderAnnouncement.ts';
import { type OpenIncident, type SiteAtChange, shiftDigest } from '../../../src/lib/notify/shiftDigest.ts';

const nowMs = Date.parse('2026-03-04T13:00:30Z');
const hour = 3_600_000;
const siteCalled = (id: string, name = `${id} plant`) => ({
  id,
  name,
  timeZone: 'Europe/Oslo',
  fromMs: nowMs - 8 * hour,
  untilMs: nowMs + 8 * hour,
});

function incident(number: number, name: string): OpenIncident {
  const device = (what: string, more: object = {}) => ({
    deviceId: `${name}-${what}-${number}`,
    moduleId: null,
    phase: 'offline',
    flapping: false,
    ...more,
  });
  return {
    incidentId: `inc_${number}`,
    severity: 'warning',
    summary: `${name}: 3 devices offline`,
    openedAt: '2026-03-04T10:00:00.000Z',
    counts: { offline: 1, flapping: 1, silenced: 1 },
    devices: [
      device('down'),
      device('flaps', { phase: 'online', flapping: true }),
      device('quiet', { silenced: true }),
    ],
    acknowledged: { by: `${name} Nordmann`, until: '2026-03-04T15:00:00.000Z' },
  };
}

function digestOf(sites: number, incidents: number, name = 'oslo') {
  const standing: SiteAtChange[] = Array.from({ length: sites }, (_, n) => ({
    site: siteCalled(`site-${n}`, name),
    open: Array.from({ length: incidents }, (_, number) => incident(number, name)),
    quietUntilMs: new Map(),
    notes: incidents === 0 ? [] : [{ by: name, atMs: nowMs - hour, text: `${name} was here` }],
  }));
  return shiftDigest(
    { receiver: 'crew', atMs: nowMs - 30_000, sites: standing.map(({ site }) => site) },
    standing,
    nowMs,
  );
}

const hostile = `<script>alert(1)</script>*_~|\u202E@channel ${'x'.repeat(300)}`;
const digests = [
  ['of a good shift', digestOf(1, 0)],
  ['of one incident', digestOf(1, 1)],
  ['of twenty sites with thirty incidents each', digestOf(20, 30)],
  ['with hostile names', digestOf(3, 12, hostile)],
] as const;

describe.each(digests)('the digest %s', (_, digest) => {
  it('is a mail', () => {
    const { subject, html, text } = bodyOf(digest, 'crew');
    expect(subject).toBe(digest.summary);
    expect(html).not.toContain('<script>');
    for (const { title, lines } of digest.sections ?? []) {
      expect(text).toContain(`${title.toUpperCase()}\n- ${lines[0]}`);
      expect(html).toContain(`>${title}</h2>`);
    }
    expect(text).not.toContain('About the responder itself');
  });

  it('is a message of Slack', () => {
    const { blocks } = announcementContent(digest);
    expect(blocks.length).toBeLessThanOrEqual(50);
    expect(sizeOf(blocks)).toBeLessThanOrEqual(12_000);
    for (const { title } of digest.sections ?? []) expect(JSON.stringify(blocks)).toContain(title);
  });

  it('is a card of Teams', () => {
    const request = announcementRequest(digest, 'Notes', 'message');
    expect(Buffer.byteLength(request)).toBeLessThanOrEqual(longestRequestBytes);
    const context = new SerializationContext(Versions.v1_4);
    new AdaptiveCard().parse(JSON.parse(request).attachments[0].content, context);
    expect(context.eventCount).toBe(0);
    for (const { title } of digest.sections ?? []) expect(request).toContain(title);
    expect(request).not.toContain('About the responder itself');
  });

  it('is a webhook and an event', () => {
    expect(announcementBody(digest, nowMs)).toMatchObject({
      type: 'shift.digest',
      data: { noticeId: digest.id, summary: digest.summary, sections: digest.sections },
    });
    expect(renderEvent(digest, nowMs)).toMatchObject({ type: 'IoTHubResponder.shift.digest', id: digest.id });
  });

  it('is an alert of PagerDuty that wakes nobody, closed by the next good one', () => {
    const event = announcementEvent(digest, 'crew', nowMs);
    expect(event).toMatchObject({
      event_action: digest.over ? 'resolve' : 'trigger',
      dedup_key: 'responder/shift/crew',
      payload: { severity: 'info', class: 'shift.digest' },
    });
    for (const { title } of digest.sections ?? [])
      expect(event.payload.custom_details).toHaveProperty([title]);
  });
});

it('names the site of each line where there are several, and counts what it does not list', () => {
  const { summary, sections = [] } = digestOf(20, 30);
  expect(summary).toMatch(/^oslo, oslo, oslo and 17 more: 600 incidents open, 600 devices coming and going/);
  expect(sections[0]?.lines.at(-1)).toBe('and 592 more, not listed here');
  expect(sections[0]?.lines[0]).toBe('oslo: oslo: 3 devices offline, since 11:00: oslo-down-0');
});
