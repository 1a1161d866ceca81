/**
 * ThingsBoard 4.4 (master of July 2026), DefaultDeviceStateServiceTest: which events are too old to count, and when a
 * device counts as inactive. ThingsBoard orders by time, this product orders connects and disconnects by IoT Hub's
 * sequence number, creations and deletions by time. What it tests of partitions, failed saves and caches is its own.
 */
import { describe, expect, it } from 'vitest';
import { settle } from '../../src/lib/device/settle.ts';
import { transition } from '../../src/lib/device/transition.ts';
import type { DeviceEvent } from '../../src/lib/events/event.ts';
import { parseEvents } from '../../src/lib/events/parseEvents.ts';
import { eventGridEvent, type RawKind, start } from '../support/events.ts';
import { connection, defaultPolicy, lived, registry } from './lived.ts';

/** `provideOutdatedTimestamps`: received, current. */
const outdated = [
  [0, 0],
  [0, 100],
  [50, 100],
  [99, 100],
  [100, 100],
] as const;

describe('an event as old as the newest one or older', () => {
  const hourMs = 60 * 60_000;
  /** What it is told by, and the state that must stand. */
  const kinds: readonly [string, (n: number) => DeviceEvent, (n: number) => DeviceEvent][] = [
    ['connect', (n) => connection('disconnected', n, start), (n) => connection('connected', n, start)],
    ['disconnect', (n) => connection('connected', n, start), (n) => connection('disconnected', n, start)],
    ['second connect', (n) => connection('connected', n, start), (n) => connection('connected', n, start)],
    [
      'second disconnect',
      (n) => connection('disconnected', n, start),
      (n) => connection('disconnected', n, start),
    ],
    ['deletion', (n) => registry('deleted', start + n), (n) => registry('deleted', start + n)],
    ['creation', (n) => registry('created', start + n), (n) => registry('created', start + n)],
  ];

  it.each(
    kinds.flatMap(([kind, current, received]) =>
      outdated.map((pair) => [kind, ...pair, current, received] as const),
    ),
  )('changes nothing: %s %d after %d', (_, receivedAt, currentAt, current, received) => {
    const before = lived([current(currentAt)]);
    const after = transition(before, received(receivedAt), defaultPolicy, start + 1_000);
    const { phase, sinceMs, mark, deleted, flapping } = after.device;
    expect({ phase, sinceMs, mark, deleted, flapping }).toEqual({
      phase: before.phase,
      sinceMs: before.sinceMs,
      mark: before.mark,
      deleted: before.deleted,
      flapping: before.flapping,
    });
    expect(['older', 'duplicate']).toContain(after.reason);
  });

  it('counts after all when only its time is older: the hub numbers what it saw, clocks differ', () => {
    const before = lived([connection('connected', 1, start)]);
    const after = transition(before, connection('disconnected', 2, start - hourMs), defaultPolicy, start);
    expect(after.device.phase).toBe('suspect');
  });

  it('counts after all when its number is older and its time an hour newer: the hub began to count anew', () => {
    const before = lived([connection('connected', 100, start)]);
    const atMs = start + hourMs + 1;
    const after = transition(before, connection('disconnected', 50, atMs), defaultPolicy, atMs);
    expect([after.reason, after.device.phase]).toEqual(['sequenceReset', 'suspect']);
  });

  it('a newer one counts, for each kind', () => {
    for (const [, current, received] of kinds) {
      const after = transition(lived([current(100)]), received(101), defaultPolicy, start + 1_000);
      expect(after.changed).toBe(true);
      expect(['older', 'duplicate']).not.toContain(after.reason);
    }
  });
});

describe('an event from before 1970', () => {
  const kinds: RawKind[] = ['DeviceConnected', 'DeviceDisconnected', 'DeviceCreated', 'DeviceDeleted'];

  // ThingsBoard skips any negative time; the smallest one here is the earliest that .NET can write.
  it.each([-1, -100, Date.parse('0001-01-01T00:00:00.000Z')])('is set aside: %d ms', (atMs) => {
    for (const kind of kinds) {
      const [parsed] = parseEvents([
        {
          ...eventGridEvent({ kind, deviceId: 'oslo-1', atMs: start }),
          eventTime: new Date(atMs).toISOString(),
        },
      ]);
      expect(parsed).toMatchObject({
        kind: 'malformed',
        problem: 'event time is not after the start of 1970',
      });
    }
  });
});

describe('a device that is heard of', () => {
  /** `provideParametersForUpdateActivityState`, in the published order; times from one common begin. */
  it.each([
    { active: true, previous: 100, reported: 120, alarm: 80 },
    { active: true, previous: 100, reported: 120, alarm: 100 },
    { active: false, previous: 100, reported: 120, alarm: 110 },
    { active: true, previous: 100, reported: 100, alarm: 80 },
    { active: true, previous: 100, reported: 100, alarm: 100 },
    { active: false, previous: 100, reported: 100, alarm: 110 },
    { active: false, previous: 100, reported: 110, alarm: 110 },
    { active: false, previous: 100, reported: 110, alarm: 120 },
    { active: true, previous: 0, reported: 0, alarm: 0 },
    { active: false, previous: 0, reported: 0, alarm: 0 },
  ])(
    'at $reported, was active $active and heard of at $previous, given up at $alarm: active, news if it was not',
    (row) => {
      // ThingsBoard forgets an alarm that is not older than the report; here the hub's number says which came later.
      const lost = connection('disconnected', 1, start + row.alarm);
      const heard = connection('connected', row.active ? 2 : 0, start + row.previous);
      const known = lived(row.active ? [lost, heard] : [heard, lost]);
      const before = row.active ? known : { ...known, phase: 'offline' as const };
      const after = transition(
        before,
        connection('connected', 3, start + row.reported),
        defaultPolicy,
        start,
      );
      expect(after.device.phase).toBe(row.active ? 'online' : 'recovering');
      expect(after.reason).toBe(row.active ? 'hiddenFlap' : 'reconnected');
      expect(after.device.connectedAtMs).toBe(start + row.reported);
    },
  );
});

describe('a device that is added', () => {
  const { lost, back, made } = {
    lost: connection('disconnected', 2, start + 6_000),
    back: connection('connected', 1, start + 2_000),
    made: registry('created', start),
  };

  it.each([
    // ThingsBoard calls it inactive until it is heard of; here nobody is told of a device that was never lost.
    { test: 'givenDeviceAdded', events: [made], phase: 'online' },
    { test: 'givenDeviceActivityEventHappenedAfterAdded', events: [made, back], phase: 'online' },
    { test: 'givenDeviceActivityEventHappenedBeforeAdded', events: [back, made], phase: 'online' },
    { test: 'the same of a loss', events: [back, lost, made], phase: 'suspect' },
  ])('$test: is $phase', ({ events, phase }) => {
    const device = lived(events);
    expect([device.phase, device.createdAtMs]).toEqual([phase, start]);
  });
});

describe('a device that has been silent', () => {
  /** `provideParametersForUpdateInactivityStateIfExpired`, in the published order; times from one common begin. */
  it.each([
    { active: false, now: 100, last: 70, timeout: 70, created: 60, expected: false },
    { active: false, now: 100, last: 40, timeout: 70, created: 10, expected: false },
    { active: false, now: 100, last: 25, timeout: 75, created: 25, expected: false },
    { active: false, now: 100, last: 60, timeout: 10, created: 50, expected: false },
    { active: false, now: 100, last: 10, timeout: 90, created: 10, expected: false },
    { active: false, now: 100, last: 0, timeout: 75, created: 0, expected: false },
    { active: true, now: 100, last: 90, timeout: 80, created: 50, expected: true },
    { active: true, now: 100, last: 95, timeout: 10, created: 50, expected: true },
    { active: true, now: 100, last: 10, timeout: 90, created: 10, expected: false },
    { active: true, now: 100, last: 10, timeout: 90, created: 11, expected: true },
    { active: true, now: 100, last: 15, timeout: 85, created: 5, expected: false },
    { active: true, now: 100, last: 15, timeout: 75, created: 5, expected: false },
    { active: true, now: 100, last: 95, timeout: 5, created: 50, expected: false },
    { active: true, now: 100, last: 0, timeout: 101, created: 0, expected: true },
    { active: true, now: 100, last: 0, timeout: 100, created: 0, expected: false },
    { active: true, now: 100, last: 0, timeout: 99, created: 0, expected: false },
    { active: true, now: 100, last: 0, timeout: 120, created: 10, expected: true },
    { active: true, now: 100, last: 50, timeout: 100, created: 0, expected: true },
    { active: true, now: 100, last: 10, timeout: 91, created: 0, expected: true },
    { active: true, now: 100, last: 90, timeout: 10, created: 0, expected: false },
    { active: true, now: 100, last: 100, timeout: 1, created: 0, expected: true },
    { active: true, now: 100, last: 100, timeout: 100, created: 100, expected: true },
    { active: false, now: 100, last: 59, timeout: 30, created: 10, expected: false },
    { active: true, now: 100, last: 60, timeout: 30, created: 10, expected: false },
    { active: true, now: 100, last: 61, timeout: 30, created: 10, expected: false },
    { active: true, now: 0, last: 0, timeout: 1, created: 0, expected: true },
    { active: true, now: 0, last: 0, timeout: 0, created: 0, expected: false },
    { active: true, now: 100, last: 90, timeout: 20, created: 70, expected: true },
    { active: true, now: 100, last: 80, timeout: 30, created: 70, expected: true },
  ])(
    'was active $active, silent since $last, allowed $timeout, made at $created: active $expected at $now',
    (row) => {
      const policy = { ...defaultPolicy, offlineAfterMs: row.timeout };
      // Silence is told by the hub's disconnect. One that was inactive stays so until it connects, whatever the hold.
      const lost = lived([
        connection('connected', 1, start - 1),
        connection('disconnected', 2, start + row.last),
      ]);
      const since = row.active ? lost : { ...lost, phase: 'offline' as const };
      const made =
        row.created > row.last ? lived([registry('created', start + row.created)], policy, since) : since;
      expect(settle(made, start + row.now, policy).device.phase !== 'offline').toBe(row.expected);
    },
  );

  /** `testOnDeviceInactivityTimeoutUpdate`: silent since 100, it is 200 now, and the hold changes. */
  it.each([
    [1, false],
    [50, false],
    [99, false],
    [100, false],
    [101, true],
    [defaultPolicy.offlineAfterMs, true],
  ])('counts by a hold of %d ms from the change of the hold on: active %s', (holdMs, expected) => {
    const lost = lived([connection('connected', 1, start), connection('disconnected', 2, start + 100)]);
    // The stored row is the same for both of ThingsBoard's initial states: the phase follows from the hold.
    const { device } = settle(lost, start + 200, { ...defaultPolicy, offlineAfterMs: holdMs });
    expect(device.phase !== 'offline').toBe(expected);
  });
});
