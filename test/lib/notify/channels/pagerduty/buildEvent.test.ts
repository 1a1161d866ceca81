import { describe, expect, it } from 'vitest';
import { eventSchema } from '../../../../../local/cloud/pagerduty/event.ts';
import {
  announcementEvent,
  buildEvent,
} from '../../../../../src/lib/notify/channels/pagerduty/buildEvent.ts';
import { device, diagnosis, message, nowMs, resolved, single } from '../../renderMessages.ts';

const long = 'Ø<&>"\'`*_~|@here:fire:\u202e😀'.repeat(200);
const largest = message({
  site: { kind: 'site', id: long, name: long, timeZone: 'Europe/Oslo' },
  devices: Array.from({ length: 100 }, (_, index) =>
    device(`${'n'.repeat(124)}${index}`, { moduleId: 'm'.repeat(128) }),
  ),
  devicesTruncated: 200,
  diagnosis: { ...diagnosis, summary: long, steps: Array.from({ length: 500 }, () => long) },
});

/** The vendor's rules, as the stand-in holds events to them. */
const accepted = (event: object) => eventSchema.safeParse({ routing_key: 'k'.repeat(32), ...event });

describe('the event of a notice', () => {
  it.each([
    ['a beginning', message(), 'trigger', 'critical'],
    ['an update', message({ type: 'incident.updated', severity: 'warning' }), 'trigger', 'warning'],
    ['a reminder', message({ type: 'incident.reminder', severity: 'info' }), 'trigger', 'info'],
    ['an end', resolved(), 'resolve', 'critical'],
    ['one device', single(), 'trigger', 'warning'],
    ['the largest there can be', largest, 'trigger', 'critical'],
  ])('that tells %s follows the rules of the API', (_, given, action, severity) => {
    const event = buildEvent(given);
    expect(accepted(event).error?.issues ?? []).toEqual([]);
    expect(event).toMatchObject({ event_action: action, payload: { severity } });
    expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(512 * 1024 - 200);
  });

  it('says what is down, since when, why and what to do', () => {
    const { payload, links, client_url } = buildEvent(message());
    expect(payload.summary).toBe('Oslo plant: 38 of 42 devices offline');
    expect(payload.source).toBe('hub-fleet-01/oslo');
    expect(payload.custom_details).toMatchObject({
      counts: { offline: 38, flapping: 0, known: 42 },
      devicesNotListed: 0,
      steps: diagnosis.steps,
      cause: { cause: 'siteUplink', confidence: 'high' },
    });
    expect(payload.custom_details.devices).toHaveLength(38);
    expect(client_url).toBe('https://responder.example/incidents/inc_01JNGZ3V4C');
    expect(links[0]).toMatchObject({ href: client_url });
  });

  it('counts the devices that it does not list', () => {
    expect(buildEvent(largest).payload.custom_details).toMatchObject({ devicesNotListed: 200 });
  });

  it('has one key for the incident and the receiver, short enough and no other’s', () => {
    expect(buildEvent(message()).dedup_key).toBe('inc_01JNGZ3V4C/oslo-operators');
    expect(buildEvent(resolved()).dedup_key).toBe('inc_01JNGZ3V4C/oslo-operators');
    const keys = ['a', 'b'].map(
      (last) => buildEvent(message({ receiver: 'r'.repeat(300) + last })).dedup_key,
    );
    expect(keys[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(keys[0]).not.toBe(keys[1]);
  });
});

describe('the event of an announcement', () => {
  const refused = {
    id: 'cfg_1',
    type: 'responder.configurationRefused',
    about: 'configuration',
    over: false,
    summary: 'Configuration refused: 2 mistakes',
    explanation: ['It stays as it was.'],
    problems: Array.from({ length: 120 }, (_, index) => `routes[${index}]: ${long}`),
  } as const;

  it('opens an alert, and the good news closes the same one', () => {
    const event = announcementEvent(refused, 'page', nowMs);
    expect(accepted(event).error?.issues ?? []).toEqual([]);
    expect(event).toMatchObject({
      event_action: 'trigger',
      payload: { custom_details: { problemsNotListed: 20 } },
    });
    const good = announcementEvent({ ...refused, id: 'cfg_2', over: true, problems: [] }, 'page', nowMs);
    expect(good).toMatchObject({ event_action: 'resolve', dedup_key: event.dedup_key });
  });

  it('cuts a summary at 1,024 characters, and no character in half', () => {
    const { summary } = announcementEvent(
      { ...refused, summary: `x${'😀'.repeat(900)}` },
      'page',
      nowMs,
    ).payload;
    expect(summary.length).toBeLessThanOrEqual(1_024);
    expect(summary.isWellFormed()).toBe(true);
    expect(summary.endsWith('…')).toBe(true);
  });
});
