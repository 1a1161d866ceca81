import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Phase } from '../../../src/lib/device/device.ts';
import type { TransitionReason } from '../../../src/lib/device/transition.ts';
import { configOf, osloConfig } from '../../support/configOf.ts';
import { type Arrival, applied, believedAt, created, deleted, down, up } from '../../support/deviceEvents.ts';
import { sequenceNumber, start } from '../../support/events.ts';

const { policy } = configOf(osloConfig);

type Row = {
  readonly rule: string;
  readonly events: readonly Arrival[];
  readonly reasons: readonly TransitionReason[];
  readonly at: string;
  readonly phase: Phase | 'deleted';
};

function expectRow({ events, reasons, at, phase }: Row): void {
  const { device, reasons: given } = applied(events, policy);
  const now = believedAt(device, at, policy);
  expect(given).toEqual(reasons);
  expect(now.deleted ? 'deleted' : now.phase).toBe(phase);
}

describe('phases', () => {
  it.each<Row>([
    {
      rule: 'a device that was never seen connected may be lost',
      events: [down(1, '0s')],
      reasons: ['firstSeen'],
      at: '4m59s',
      phase: 'suspect',
    },
    {
      rule: 'a device gone for the whole hold is offline',
      events: [up(1, '0s'), down(2, '10m')],
      reasons: ['firstSeen', 'lost'],
      at: '15m',
      phase: 'offline',
    },
    {
      rule: 'a device gone for less than the hold is suspect',
      events: [up(1, '0s'), down(2, '10m')],
      reasons: ['firstSeen', 'lost'],
      at: '14m59s',
      phase: 'suspect',
    },
    {
      rule: 'a reconnect within the hold leaves no trace',
      events: [up(1, '0s'), down(2, '10m'), up(3, '14m59s')],
      reasons: ['firstSeen', 'lost', 'blip'],
      at: '14m59s',
      phase: 'online',
    },
    {
      rule: 'a reconnect after the hold is a recovery that has to last',
      events: [up(1, '0s'), down(2, '10m'), up(3, '15m')],
      reasons: ['firstSeen', 'lost', 'reconnected'],
      at: '16m59s',
      phase: 'recovering',
    },
    {
      rule: 'a recovery that lasted is over',
      events: [up(1, '0s'), down(2, '10m'), up(3, '15m')],
      reasons: ['firstSeen', 'lost', 'reconnected'],
      at: '17m',
      phase: 'online',
    },
    {
      rule: 'a device lost again before its recovery was confirmed is in the same outage, without another hold',
      events: [up(1, '0s'), down(2, '10m'), up(3, '15m'), down(4, '16m')],
      reasons: ['firstSeen', 'lost', 'reconnected', 'lostAgain'],
      at: '16m',
      phase: 'offline',
    },
    {
      rule: 'a device lost again after its recovery gets its hold anew',
      events: [up(1, '0s'), down(2, '10m'), up(3, '15m'), down(4, '17m')],
      reasons: ['firstSeen', 'lost', 'reconnected', 'lost'],
      at: '21m59s',
      phase: 'suspect',
    },
  ])('$rule', expectRow);
});

describe('order', () => {
  it.each<Row>([
    {
      rule: 'a copy of the newest event changes nothing',
      events: [up(1, '0s'), down(2, '10m'), down(2, '10m', '12m')],
      reasons: ['firstSeen', 'lost', 'duplicate'],
      at: '15m',
      phase: 'offline',
    },
    {
      rule: 'an overtaken disconnect does not make a connected device suspect',
      events: [up(1, '0s'), up(3, '11m'), down(2, '10m', '12m')],
      reasons: ['firstSeen', 'hiddenFlap', 'older'],
      at: '30m',
      phase: 'online',
    },
    {
      rule: 'an overtaken connect does not make a lost device online',
      events: [down(2, '10m'), up(1, '9m', '12m')],
      reasons: ['firstSeen', 'older'],
      at: '15m',
      phase: 'offline',
    },
    {
      rule: 'the number decides, not the time: a newer number with an older time is newer',
      events: [up(1, '10m'), down(2, '9m', '11m')],
      reasons: ['firstSeen', 'lost'],
      at: '14m',
      phase: 'offline',
    },
    {
      rule: 'numbers are compared as text: ...10 hex is after ...9',
      events: [up(9, '0s'), down(16, '10m')],
      reasons: ['firstSeen', 'lost'],
      at: '15m',
      phase: 'offline',
    },
    {
      rule: 'a lower number an hour newer is not yet a reset',
      events: [up(9, '0s'), down(1, '1h')],
      reasons: ['firstSeen', 'older'],
      at: '2h',
      phase: 'online',
    },
    {
      rule: 'a lower number more than an hour newer is a reset of the sequence',
      events: [up(9, '0s'), down(1, '1h1s'), up(2, '1h2m')],
      reasons: ['firstSeen', 'sequenceReset', 'blip'],
      at: '2h',
      phase: 'online',
    },
  ])('$rule', expectRow);

  it('tells numbers apart that differ only beyond the precision of a double', () => {
    const high = (last: string) => `${'F'.repeat(63)}${last}`;
    const [first] = [up(1, '0s')];
    const late: Arrival = {
      ...down(1, '10m'),
      event: { ...down(1, '10m').event, sequenceNumber: high('E') } as Arrival['event'],
    };
    const newest: Arrival = {
      ...up(1, '11m'),
      event: { ...up(1, '11m').event, sequenceNumber: high('F') } as Arrival['event'],
    };
    const { device, reasons } = applied([first!, newest, late], policy);
    expect(reasons).toEqual(['firstSeen', 'hiddenFlap', 'older']);
    expect(device.mark).toBe(high('F'));
  });
});

describe('hidden flaps', () => {
  it.each<Row & { readonly lostAt?: string }>([
    {
      rule: 'connected twice means that it went and came back in between: still online',
      events: [up(1, '0s'), up(2, '10m')],
      reasons: ['firstSeen', 'hiddenFlap'],
      at: '10m',
      phase: 'online',
    },
    {
      rule: 'disconnected twice means that it came back and went again: the hold starts anew',
      events: [up(1, '0s'), down(2, '10m'), down(3, '13m')],
      reasons: ['firstSeen', 'lost', 'hiddenFlap'],
      at: '17m59s',
      phase: 'suspect',
    },
    {
      rule: 'disconnected twice, the hold of the second over',
      events: [up(1, '0s'), down(2, '10m'), down(3, '13m')],
      reasons: ['firstSeen', 'lost', 'hiddenFlap'],
      at: '18m',
      phase: 'offline',
    },
    {
      rule: 'an offline device that came back for a moment stays offline',
      events: [up(1, '0s'), down(2, '10m'), down(3, '20m')],
      reasons: ['firstSeen', 'lost', 'hiddenFlap'],
      at: '20m',
      phase: 'offline',
    },
    {
      rule: 'a recovering device that went and came back begins its recovery anew',
      events: [up(1, '0s'), down(2, '10m'), up(3, '20m'), up(4, '21m')],
      reasons: ['firstSeen', 'lost', 'reconnected', 'hiddenFlap'],
      at: '22m59s',
      phase: 'recovering',
    },
  ])('$rule', expectRow);
});

describe('times', () => {
  it.each<Row>([
    {
      rule: 'an event two minutes late is in time: its hold counts from the event',
      events: [up(1, '0s'), down(2, '10m', '12m')],
      reasons: ['firstSeen', 'lost'],
      at: '15m',
      phase: 'offline',
    },
    {
      rule: 'an event later than its hold waits for lateEventGrace, so that its counterpart can arrive',
      events: [up(1, '0s'), down(2, '10m', '20m')],
      reasons: ['firstSeen', 'lost'],
      at: '21m29s',
      phase: 'suspect',
    },
    {
      rule: 'lateEventGrace over, a late event counts',
      events: [up(1, '0s'), down(2, '10m', '20m')],
      reasons: ['firstSeen', 'lost'],
      at: '21m30s',
      phase: 'offline',
    },
    {
      rule: 'lateEventGrace does not shorten a hold that ends later',
      events: [up(1, '0s'), down(2, '10m', '12m1s')],
      reasons: ['firstSeen', 'lost'],
      at: '14m59s',
      phase: 'suspect',
    },
    {
      rule: 'a late pair that comes within the grace leaves no trace',
      events: [up(1, '0s'), down(2, '10m', '20m'), up(3, '12m', '21m')],
      reasons: ['firstSeen', 'lost', 'blip'],
      at: '30m',
      phase: 'online',
    },
    {
      rule: 'an event stamped in the future postpones nothing: its hold counts from receipt',
      events: [up(1, '0s'), down(2, '3h', '10m')],
      reasons: ['firstSeen', 'lost'],
      at: '15m',
      phase: 'offline',
    },
    {
      rule: 'a late connect of an offline device is confirmed only after the grace',
      events: [up(1, '0s'), down(2, '10m'), up(3, '16m', '25m')],
      reasons: ['firstSeen', 'lost', 'reconnected'],
      at: '26m29s',
      phase: 'recovering',
    },
  ])('$rule', expectRow);

  it('tells the reader the time of the event, not of its receipt', () => {
    const { device } = applied([up(1, '0s'), down(2, '10m', '12m')], policy);
    expect(device.lostAtMs).toBe(start + 600_000);
    expect(believedAt(device, '15m', policy).offlineAtMs).toBe(start + 900_000);
  });
});

describe('deletion and creation', () => {
  it.each<Row>([
    {
      rule: 'a deleted device is neither online nor offline',
      events: [up(1, '0s'), down(2, '10m'), deleted('11m')],
      reasons: ['firstSeen', 'lost', 'deleted'],
      at: '1h',
      phase: 'deleted',
    },
    {
      rule: 'the disconnect that the deletion causes is ignored, even a minute later',
      events: [up(1, '0s'), deleted('10m'), down(2, '11m')],
      reasons: ['firstSeen', 'deleted', 'tombstoned'],
      at: '1h',
      phase: 'deleted',
    },
    {
      rule: 'a disconnect is ignored whatever its time',
      events: [up(1, '0s'), deleted('10m'), down(2, '3h')],
      reasons: ['firstSeen', 'deleted', 'tombstoned'],
      at: '5h',
      phase: 'deleted',
    },
    {
      rule: 'a disconnect that overtook its deletion is closed by it',
      events: [up(1, '0s'), down(2, '11m'), deleted('10m', '12m')],
      reasons: ['firstSeen', 'lost', 'deleted'],
      at: '1h',
      phase: 'deleted',
    },
    {
      rule: 'a connect of before the deletion does not bring a device back',
      events: [deleted('10m'), up(3, '10m', '12m')],
      reasons: ['deleted', 'tombstoned'],
      at: '1h',
      phase: 'deleted',
    },
    {
      rule: 'a connect of after the deletion does, whatever its number',
      events: [up(9, '0s'), deleted('10m'), up(1, '10m1s')],
      reasons: ['firstSeen', 'deleted', 'firstSeen'],
      at: '1h',
      phase: 'online',
    },
    {
      rule: 'a creation lifts the tombstone, and a disconnect counts again',
      events: [up(9, '0s'), deleted('10m'), created('20m'), down(1, '30m')],
      reasons: ['firstSeen', 'deleted', 'created', 'firstSeen'],
      at: '35m',
      phase: 'offline',
    },
    {
      rule: 'a deletion of before the creation comes too late to count',
      events: [created('20m'), deleted('10m', '21m'), down(1, '30m')],
      reasons: ['created', 'older', 'firstSeen'],
      at: '35m',
      phase: 'offline',
    },
    {
      rule: 'a creation of before the deletion comes too late to count',
      events: [deleted('20m'), created('10m', '21m')],
      reasons: ['deleted', 'older'],
      at: '1h',
      phase: 'deleted',
    },
    {
      rule: 'a deletion of before a connect comes too late to count',
      events: [up(1, '0s'), up(2, '11m'), deleted('10m', '12m')],
      reasons: ['firstSeen', 'hiddenFlap', 'older'],
      at: '1h',
      phase: 'online',
    },
    {
      rule: 'a copy of a deletion changes nothing',
      events: [up(1, '0s'), deleted('10m'), deleted('10m', '12m')],
      reasons: ['firstSeen', 'deleted', 'duplicate'],
      at: '1h',
      phase: 'deleted',
    },
    {
      rule: 'a copy of a creation does not end an outage',
      events: [created('0s'), up(1, '1m'), down(2, '10m'), created('0s', '16m')],
      reasons: ['created', 'firstSeen', 'lost', 'duplicate'],
      at: '20m',
      phase: 'offline',
    },
    {
      rule: 'the first creation of a device that is already in use changes nothing',
      events: [up(1, '1m'), down(2, '10m'), created('0s', '16m')],
      reasons: ['firstSeen', 'lost', 'older'],
      at: '20m',
      phase: 'offline',
    },
    {
      rule: 'a device made anew starts fresh: its former outage is over',
      events: [up(1, '1m'), down(2, '10m'), created('20m')],
      reasons: ['firstSeen', 'lost', 'created'],
      at: '20m',
      phase: 'online',
    },
    {
      rule: 'a creation at the instant of the first event is that device’s own',
      events: [down(1, '10m'), created('10m')],
      reasons: ['firstSeen', 'older'],
      at: '15m',
      phase: 'offline',
    },
    {
      rule: 'a creation that came too late to count is remembered against older deletions',
      events: [down(1, '10m'), created('5m', '11m'), deleted('3m', '12m')],
      reasons: ['firstSeen', 'older', 'older'],
      at: '15m',
      phase: 'offline',
    },
    {
      rule: 'a deletion at the instant of a connect closes it',
      events: [up(1, '10m'), deleted('10m')],
      reasons: ['firstSeen', 'deleted'],
      at: '1h',
      phase: 'deleted',
    },
    {
      rule: 'a disconnect of the former life does not follow a device into the new one',
      events: [deleted('10m'), created('20m'), down(7, '10m30s', '21m')],
      reasons: ['deleted', 'created', 'older'],
      at: '1h',
      phase: 'online',
    },
    {
      rule: 'a disconnect that overtook the connect which lifts the tombstone is held back and counts',
      events: [deleted('10m'), down(2, '30m'), up(1, '20m', '31m')],
      reasons: ['deleted', 'tombstoned', 'lost'],
      at: '36m',
      phase: 'offline',
    },
    {
      rule: 'a disconnect that overtook the creation is held back and counts',
      events: [deleted('10m'), down(2, '30m'), created('20m', '31m')],
      reasons: ['deleted', 'tombstoned', 'lost'],
      at: '36m',
      phase: 'offline',
    },
    {
      rule: 'the disconnect of the deletion, held back, does not fell the device that comes back',
      events: [deleted('10m'), down(2, '10m30s'), up(3, '20m')],
      reasons: ['deleted', 'tombstoned', 'firstSeen'],
      at: '1h',
      phase: 'online',
    },
    {
      rule: 'a disconnect that overtook both its deletion and the connect after it is kept through the tombstone',
      events: [down(4, '30m'), deleted('10m', '31m'), up(3, '20m', '32m')],
      reasons: ['firstSeen', 'deleted', 'lost'],
      at: '40m',
      phase: 'offline',
    },
    {
      rule: 'a disconnect that overtook deletion and creation is kept through the tombstone',
      events: [down(4, '30m'), deleted('10m', '31m'), created('20m', '32m')],
      reasons: ['firstSeen', 'deleted', 'lost'],
      at: '40m',
      phase: 'offline',
    },
    {
      rule: 'a straggler of the former life, with a higher number, does not fell the device made anew',
      events: [up(90, '0s'), deleted('10m'), created('20m'), up(1, '21m'), down(91, '10m30s', '22m')],
      reasons: ['firstSeen', 'deleted', 'created', 'firstSeen', 'older'],
      at: '1h',
      phase: 'online',
    },
  ])('$rule', expectRow);
});

it('keeps the ids, and learns the hub’s resource id from the newest event that tells it', () => {
  const named: Arrival = {
    ...up(1, '0s'),
    event: { ...up(1, '0s').event, hubName: 'Hub-Fleet-01', hubResourceId: '/subscriptions/a' },
  };
  const { device } = applied([named, down(2, '1m')], policy);
  expect(device).toMatchObject({
    deviceId: 'pump-1',
    moduleId: null,
    hubName: 'hub-fleet-01',
    hubResourceId: '/subscriptions/a',
    mark: sequenceNumber(2),
  });
});

it('does not let a device made anew inherit the flapping of its former life', () => {
  const flaps = Array.from({ length: 8 }, (_, index) =>
    index % 2 === 0 ? up(index + 1, `${index}m`) : down(index + 1, `${index}m`),
  );
  expect(applied(flaps, policy).device.flapping).toBe(true);
  expect(applied([...flaps, deleted('8m'), created('9m')], policy).device).toMatchObject({
    flapping: false,
    history: [],
    lostAtMs: null,
    offlineAtMs: null,
  });
});

it('answers that nothing is to be stored, for what it ignores', () => {
  const { device } = applied([up(1, '0s'), deleted('10m')], policy);
  expect(device.deleted).toBe(true);
  const again = applied([up(1, '0s'), deleted('10m'), up(1, '0s', '11m')], policy).device;
  expect(again).toEqual(device);
});

/** A device's true history: changes a while apart, in which it may be deleted and made anew. */
const history = fc
  .array(
    fc.record({
      kind: fc.oneof(
        { weight: 8, arbitrary: fc.constant('change' as const) },
        { weight: 2, arbitrary: fc.constant('hidden' as const) },
        { weight: 2, arbitrary: fc.constant('delete' as const) },
        { weight: 1, arbitrary: fc.constant('create' as const) },
      ),
      afterS: fc.integer({ min: 1, max: 900 }),
    }),
    { minLength: 1, maxLength: 10 },
  )
  .map((changes) => {
    let [atS, sequence, connected, gone] = [0, 1, true, false];
    const arrivals: Arrival[] = [up(1, '0s')];
    for (const { kind, afterS } of changes) {
      atS += afterS;
      const at = `${atS}s`;
      if (kind === 'delete' && !gone) {
        arrivals.push(deleted(at));
        gone = true;
      } else if (kind === 'create' && gone) {
        arrivals.push(created(at));
        [gone, connected] = [false, true];
      } else if (kind === 'change' || kind === 'hidden') {
        connected = gone || (kind === 'hidden' ? connected : !connected);
        gone = false;
        sequence += 1;
        arrivals.push(connected ? up(sequence, at) : down(sequence, at));
      }
    }
    return { arrivals, truth: gone ? 'deleted' : connected ? 'online' : 'offline' };
  });

it('comes to the same belief, the true one, by any shuffle and duplication of the same events', () => {
  const shuffled = history.chain(({ arrivals, truth }) =>
    fc.record({
      truth: fc.constant(truth),
      arrivals: fc
        .shuffledSubarray(arrivals, { minLength: arrivals.length })
        .chain((all) =>
          fc
            .shuffledSubarray(arrivals)
            .chain((copies) => fc.tuple(fc.constant([...all, ...copies]), fc.integer({ min: 0, max: 60 }))),
        ),
    }),
  );
  fc.assert(
    fc.property(shuffled, ({ truth, arrivals: [arrivals, gapS] }) => {
      const late = arrivals.map((one, index) => ({
        ...one,
        receivedAtMs: Math.max(one.receivedAtMs, start + index * gapS * 1000),
      }));
      const settled = believedAt(applied(late, policy).device, '1d', policy);
      expect(settled.deleted || !settled.flapping).toBe(true);
      expect(settled.deleted ? 'deleted' : settled.phase).toBe(truth);
    }),
    { numRuns: 3_000 },
  );
});
