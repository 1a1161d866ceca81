import { describe, expect, it } from 'vitest';
import type { Incident } from '../../../src/lib/incident/incident.ts';
import { incidentView, noticeView } from '../../../src/lib/pages/incidentView.ts';
import { nothingFound } from '../../simulation/edges.ts';
import { start } from '../../support/events.ts';
import { deviceNames, noticeOf } from '../../support/files.ts';
import { incident, toldOf } from '../../support/incidents.ts';

const site = { kind: 'site', id: 'oslo', name: 'Oslo plant', timeZone: 'Europe/Oslo' } as const;
const links = {
  incident: null,
  acknowledge: null,
  silence: null,
  logs: null,
  device: null,
  resourceHealth: null,
};
const iso = (atMs: number) => new Date(atMs).toISOString();

function viewOf(one: Incident, change: Partial<Parameters<typeof incidentView>[0]> = {}) {
  const input = {
    incident: one,
    site,
    told: [],
    notices: [],
    diagnosis: nothingFound,
    links,
    nowMs: start + 600_000,
  };
  return incidentView({ ...input, ...change });
}

describe('an incident', () => {
  it('shows what an API promises, and nothing of the store', () => {
    expect(Object.keys(viewOf(incident({ a: 'down' }))).sort()).toEqual(
      [
        'incidentId',
        'status',
        'severity',
        'per',
        'hub',
        'site',
        'summary',
        'counts',
        'devices',
        'devicesTruncated',
      ]
        .concat(['openedAt', 'resolvedAt', 'acknowledged', 'diagnosis', 'links', 'receivers'])
        .sort(),
    );
  });

  it.each([
    {
      rule: 'of a site',
      one: incident({ a: 'down', b: 'recovering', c: 'flapping', d: 'back' }),
      shows: {
        per: 'site',
        status: 'open',
        counts: { offline: 2, flapping: 1, known: 10 },
        resolvedAt: null,
      },
    },
    {
      rule: 'of a device',
      one: incident({ a: 'down' }, { subject: { kind: 'device', key: 'a' }, knownDevices: 1 }),
      shows: { per: 'device', counts: { offline: 1, flapping: 0, silenced: 0, known: 1 } },
    },
    {
      rule: 'that is over, with the worst that it was',
      one: incident(
        { a: 'back' },
        { status: 'resolved', resolvedAtMs: start + 900_000, peakSeverity: 'critical' },
      ),
      shows: { status: 'resolved', severity: 'critical', resolvedAt: iso(start + 900_000) },
    },
  ])('$rule', ({ one, shows }) => {
    expect(viewOf(one)).toMatchObject({
      site: { id: 'oslo', name: 'Oslo plant' },
      openedAt: iso(start),
      ...shows,
    });
  });

  it('of a hub as a whole shows its numbers, others have no such field', () => {
    const level = { connected: 600, expected: 1_000, explained: 12, ended: null };
    const hub = viewOf(incident({ hub: 'down' }, { subject: { kind: 'hub', level } }));
    expect(hub).toMatchObject({ per: 'site', hubLevel: level });
    expect(hub.summary).toContain('400 fewer connected devices');
    expect(viewOf(incident({ a: 'down' }))).not.toHaveProperty('hubLevel');
  });

  it('lists 100 devices, those still down first, and how many more there are', () => {
    const members = {
      back: 'back',
      ...Object.fromEntries(deviceNames(120).map((id) => [id, 'down' as const])),
    } as const;
    const view = viewOf(incident(members));
    expect([view.devices.length, view.devicesTruncated]).toEqual([100, 21]);
    expect(view.devices[0]).toMatchObject({
      phase: 'offline',
      backAt: null,
      lostContact: { notAfter: iso(start) },
    });
    expect(view.devices.map(({ deviceId }) => deviceId)).not.toContain('back');
  });

  it('counts the devices that are deleted beyond the 100 that it lists', () => {
    const members = Object.fromEntries(deviceNames(120).map((id) => [id, 'gone' as const]));
    const { summary } = viewOf(incident(members, { status: 'resolved', resolvedAtMs: start + 600_000 }));
    expect(summary).toBe('Oslo plant: no longer followed: 120 devices deleted');
  });

  it('shows a device that is gone as deleted, and one that only flaps without a loss', () => {
    const { devices } = viewOf(incident({ a: 'gone', b: 'flapping' }));
    expect(devices).toMatchObject([
      { deviceId: 'b', flapping: true, lostContact: null },
      { deviceId: 'a', deleted: true },
    ]);
    expect(devices[0]).not.toHaveProperty('deleted');
  });

  it('takes the instant of a loss from the logs', () => {
    const found = { ...nothingFound, lostAtMs: { a: start - 40_000 } };
    const view = viewOf(incident({ a: 'down' }), { diagnosis: found });
    expect(view.devices[0]?.lostContact).toEqual({
      notBefore: iso(start - 40_000),
      notAfter: iso(start - 40_000),
    });
    expect(view.diagnosis).not.toHaveProperty('lostAtMs');
  });

  it('names each receiver once, told or on its way', () => {
    const told = [toldOf({}), toldOf({}, '1m', { receiver: 'manager' })];
    const notices = [noticeOf(), noticeOf({ noticeId: 'ntc_2', receiver: 'late' })];
    expect(viewOf(incident({ a: 'down' }), { told, notices }).receivers).toEqual([
      'operators',
      'manager',
      'late',
    ]);
  });
});

describe('a notice', () => {
  const view = viewOf(incident({ a: 'down' }));

  it.each([
    {
      rule: 'that waits says when it is tried next',
      notice: noticeOf({ attempts: 2, lastError: 'HTTP 503', dueAtMs: start + 5_000 }),
      shows: {
        state: 'pending',
        attempts: 2,
        lastError: 'HTTP 503',
        nextAttemptAt: iso(start + 5_000),
        finishedAt: null,
      },
    },
    {
      rule: 'that was sent says when',
      notice: noticeOf({ state: 'sent', attempts: 1, finishedAtMs: start + 7_000 }),
      shows: { state: 'sent', nextAttemptAt: null, finishedAt: iso(start + 7_000), lastError: null },
    },
  ])('$rule', ({ notice, shows }) => {
    const shown = noticeView(view, notice);
    expect(shown).toMatchObject({
      noticeId: 'ntc_1',
      reason: 'outageBegan',
      receiver: 'operators',
      createdAt: iso(start),
      ...shows,
    });
    expect(shown).not.toHaveProperty('receivers');
    expect(shown).not.toHaveProperty('possiblyDelivered');
  });
});
