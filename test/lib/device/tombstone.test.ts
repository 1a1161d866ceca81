import { describe, expect, it } from 'vitest';
import { transition } from '../../../src/lib/device/transition.ts';
import { configOf, osloConfig } from '../../support/configOf.ts';
import { applied, created, deleted, down, up } from '../../support/deviceEvents.ts';
import { type DeviceRow, expectDeviceRow } from '../../support/deviceRows.ts';
import { start } from '../../support/events.ts';
import { offsetMs } from '../../support/offsetMs.ts';

const { policy } = configOf(osloConfig);

describe('deletion and creation', () => {
  it.each<DeviceRow>([
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
    {
      rule: 'a straggler of the former life, with a higher number, does not fell the device that came back by itself',
      events: [up(90, '0s'), deleted('10m'), up(1, '20m'), down(91, '9m', '22m')],
      reasons: ['firstSeen', 'deleted', 'firstSeen', 'older'],
      at: '1h',
      phase: 'online',
    },
    {
      rule: 'a held-back disconnect that the connect outnumbers is older than it, whatever its time',
      events: [deleted('10m'), down(2, '30m'), up(3, '20m', '31m')],
      reasons: ['deleted', 'tombstoned', 'firstSeen'],
      at: '1h',
      phase: 'online',
    },
    {
      rule: 'a disconnect at the instant of the deletion is of the former life',
      events: [up(1, '0s'), up(2, '11m'), deleted('10m', '12m'), down(3, '10m', '13m')],
      reasons: ['firstSeen', 'hiddenFlap', 'older', 'older'],
      at: '1h',
      phase: 'online',
    },
    {
      rule: 'a deletion that came too late to count is remembered against what it closed',
      events: [created('20m'), deleted('10m', '21m'), deleted('10m', '22m')],
      reasons: ['created', 'older', 'duplicate'],
      at: '1h',
      phase: 'online',
    },
  ])('$rule', expectDeviceRow);
});

it.each([
  { rule: 'a copy of what is held back', events: [deleted('10m'), down(2, '30m')], copy: down(2, '30m') },
  { rule: 'a copy of a deletion', events: [up(1, '0s'), deleted('10m')], copy: deleted('10m') },
  { rule: 'a copy of a creation', events: [created('10m')], copy: created('10m') },
  { rule: 'a copy of the newest event', events: [up(1, '0s'), down(2, '10m')], copy: down(2, '10m') },
  { rule: 'a copy of an older event', events: [up(1, '0s'), down(2, '10m')], copy: up(1, '0s') },
  {
    rule: 'an event that left the window of flapping',
    events: [up(2, '1h'), up(3, '2h')],
    copy: down(1, '1m'),
  },
])('nothing is to be stored for $rule', ({ events, copy }) => {
  const { device } = applied(events, policy);
  const step = transition(device, copy.event, policy, start + offsetMs('4h'));
  expect(step.changed).toBe(false);
  expect(step.device).toBe(device);
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

it('does not let a device made anew inherit the history of a life whose deletion is still to come', () => {
  const { device } = applied([up(1, '0s'), down(2, '1m'), up(3, '2m'), created('9m')], policy);
  expect(device).toMatchObject({ history: [], mark: null, phase: 'online' });
});

it('answers that nothing is to be stored, for what it ignores', () => {
  const { device } = applied([up(1, '0s'), deleted('10m')], policy);
  expect(device.deleted).toBe(true);
  const again = applied([up(1, '0s'), deleted('10m'), up(1, '0s', '11m')], policy).device;
  expect(again).toEqual(device);
});
