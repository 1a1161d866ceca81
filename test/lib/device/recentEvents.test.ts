import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Device } from '../../../src/lib/device/device.ts';
import {
  eventsOf,
  mostRecent,
  type RecentEvents,
  recordEvents,
  type Step,
} from '../../../src/lib/device/recentEvents.ts';
import { transition } from '../../../src/lib/device/transition.ts';
import type { ConnectionEvent, DeviceEvent } from '../../../src/lib/events/event.ts';
import { configOf, osloConfig } from '../../support/configOf.ts';
import * as arrivals from '../../support/deviceEvents.ts';
import { start } from '../../support/events.ts';

const { policy } = configOf(osloConfig);

const up = (sequence: number, at: string) => arrivals.up(sequence, at).event as ConnectionEvent;
const down = (sequence: number, at: string) => arrivals.down(sequence, at).event as ConnectionEvent;
const created = (at: string) => arrivals.created(at).event;
const deleted = (at: string) => arrivals.deleted(at).event;
const renumbered = (events: readonly ConnectionEvent[]) =>
  events.map((event) => ({ ...event, sequenceNumber: event.sequenceNumber.replace(/^0/, '1') }));

/** Takes deliveries one after the other, as ingest does. */
function taken(
  deliveries: readonly (readonly DeviceEvent[])[],
  receivedMs = (n: number) => start + n * 60_000,
) {
  let device: Device | null = null;
  let recent: RecentEvents | null = null;
  const past: RecentEvents[] = [];
  const written: boolean[] = [];
  for (const [n, events] of deliveries.entries()) {
    const before: Device | null = device;
    const steps = events.map((event): Step => {
      const step = transition(device, event, policy, receivedMs(n));
      device = step.device;
      return { event, reason: step.reason, changed: step.changed };
    });
    const recorded = recordEvents(before, recent, steps, receivedMs(n));
    if (recorded.full) past.push(recorded.full);
    recent = recorded.recent;
    written.push(recorded.added);
  }
  return { recent, past, written, all: [...past, ...(recent ? [recent] : [])].flatMap(eventsOf) };
}

describe('an event is on record with what it meant:', () => {
  it.each([
    ['a first connect', [up(1, '0s')], ['firstSeen']],
    ['a loss', [up(1, '0s'), down(2, '1m')], ['firstSeen', 'lost']],
    ['a blip', [down(2, '1m'), up(3, '1m30s')], ['firstSeen', 'blip']],
    ['one that another one overtook', [up(5, '1m'), down(4, '30s')], ['firstSeen', 'older']],
    ['another event of the same number', [up(5, '1m'), down(5, '1m')], ['firstSeen', 'duplicate']],
    [
      'a deletion, and the loss that it causes',
      [up(1, '0s'), deleted('1m'), down(2, '1m10s')],
      ['firstSeen', 'deleted', 'tombstoned'],
    ],
    [
      'a deletion, and an old connect',
      [up(3, '0s'), deleted('1m'), up(2, '30s')],
      ['firstSeen', 'deleted', 'tombstoned'],
    ],
    ['a creation', [created('0s'), up(1, '1m')], ['created', 'firstSeen']],
  ] as const)('%s', (_, events, effects) => {
    expect(taken(events.map((event) => [event])).all.map(({ effect }) => effect)).toEqual(effects);
  });
});

it('a copy of what is on record adds nothing, in whatever delivery it comes', () => {
  const both = [up(1, '0s'), down(2, '1m')];
  expect(taken([both, both, [both[1]!], [both[0]!]]).written).toEqual([true, false, false, false]);
});

it('a run goes elsewhere when it is full; the next one begins with the device as it was then', () => {
  const deliveries = Array.from({ length: 70 }, (_, n) => [
    n % 2 ? down(n + 1, `${n}m`) : up(n + 1, `${n}m`),
  ]);
  const { past, recent, all } = taken(deliveries);
  expect(past.map(({ count }) => count)).toEqual([mostRecent, mostRecent]);
  expect(past[0]!.before).toBeNull();
  expect(past[1]!.before?.markTimeMs).toBe(eventsOf(past[0]!).at(-1)!.eventTimeMs);
  expect(recent?.before?.markTimeMs).toBe(eventsOf(past[1]!).at(-1)!.eventTimeMs);
  expect([...past, recent!].map(({ run }) => run)).toEqual([0, 32, 64].map((n) => start + n * 60_000));
  expect(all.map(({ sequenceNumber }) => Number.parseInt(sequenceNumber!, 16))).toEqual(
    deliveries.map((_, n) => n + 1),
  );
});

it('hundreds of events of one device in one delivery are all on record, and the next one moves them out', () => {
  const flood = Array.from({ length: 300 }, (_, n) => (n % 2 ? down(n + 1, '1m') : up(n + 1, '1m')));
  const { past, all, recent } = taken([flood, renumbered(flood)], () => start);
  expect(all).toHaveLength(600);
  expect([past[0]!.count, recent!.count]).toEqual([300, 300]);
  // Two runs that begin in the same moment have names of their own.
  expect(past[0]!.run).not.toBe(recent!.run);
});

it('a write that is repeated after a crash keeps the same run, whatever came with it', () => {
  const stored = taken(Array.from({ length: 32 }, (_, n) => [up(n + 1, `${n}m`)])).recent!;
  const step = (n: number): Step => ({ event: up(n, `${n}m`), reason: 'hiddenFlap', changed: true });
  const first = recordEvents(null, stored, [step(40)], start + 40 * 60_000);
  const again = recordEvents(null, stored, [step(40), step(41)], start + 50 * 60_000);
  expect(again.full).toEqual(first.full);
});

it('the row of a version before, or of a device that moved, begins with the device as it is', () => {
  const { device } = transition(null, up(1, '0s'), policy, start);
  const { recent } = recordEvents(
    device,
    null,
    [{ event: down(2, '1m'), reason: 'lost', changed: true }],
    start + 60_000,
  );
  expect(recent).toMatchObject({ before: device, count: 1 });
});

it('reads back what it wrote, in little room', () => {
  const hex = fc.stringMatching(/^[0-9A-F]{64}$/);
  const event = fc.record({
    sequenceNumber: hex,
    eventTimeMs: fc.integer({ min: start - 10 ** 10, max: start + 10 ** 10 }),
    kind: fc.constantFrom('connected' as const, 'disconnected' as const),
  });
  fc.assert(
    fc.property(fc.array(event, { minLength: 1, maxLength: 20 }), (events) => {
      const steps = events.map(
        (one): Step => ({
          event: { ...up(1, '0s'), ...one },
          reason: 'older',
          changed: true,
        }),
      );
      const { recent } = recordEvents(null, null, steps, start);
      expect(eventsOf(recent)).toEqual(
        events.map((one) => ({ ...one, receivedAtMs: start, effect: 'older' })),
      );
    }),
  );
  // As IoT Hub counts: the digits that change are few.
  const real = (n: number) => `000000000000000001D4132452F67CE200000002${String(n).padStart(24, '0')}`;
  const steps = Array.from(
    { length: 32 },
    (_, n): Step => ({
      event: { ...up(1, `${n * 30}m`), sequenceNumber: real(n + 1) },
      reason: 'blip',
      changed: true,
    }),
  );
  const { recent } = recordEvents(null, null, steps, start + 32 * 30 * 60_000);
  expect(recent!.packed.length).toBeLessThan(500);
});
