import { describe, expect, it } from 'vitest';
import { configOf, osloConfig } from '../../support/configOf.ts';
import { type Arrival, applied, believedAt, down, up } from '../../support/deviceEvents.ts';
import { type DeviceRow, expectDeviceRow } from '../../support/deviceRows.ts';
import { sequenceNumber, start } from '../../support/events.ts';
import { offsetMs } from '../../support/offsetMs.ts';

const { policy } = configOf(osloConfig);

describe('phases', () => {
  it.each<DeviceRow>([
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
  ])('$rule', expectDeviceRow);
});

describe('order', () => {
  it.each<DeviceRow>([
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
      rule: 'a lower number that was under way for hours is older, and no reset of the sequence',
      events: [up(8, '0s'), up(10, '11m'), down(9, '10m', '3h')],
      reasons: ['firstSeen', 'hiddenFlap', 'older'],
      at: '4h',
      phase: 'online',
    },
    {
      rule: 'a lower number more than an hour newer is a reset of the sequence',
      events: [up(9, '0s'), down(1, '1h1s'), up(2, '1h2m')],
      reasons: ['firstSeen', 'sequenceReset', 'blip'],
      at: '2h',
      phase: 'online',
    },
  ])('$rule', expectDeviceRow);

  it('begins the history anew at a reset of the sequence, for the old numbers would come after the new', () => {
    const { device } = applied([up(8, '0s'), down(9, '1m'), up(1, '1h2m')], policy);
    expect(device.history.map((seen) => seen.sequenceNumber)).toEqual([sequenceNumber(1)]);
  });

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
  it.each<DeviceRow>([
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
  ])('$rule', expectDeviceRow);
});

describe('times', () => {
  it.each<DeviceRow>([
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
  ])('$rule', expectDeviceRow);

  it('tells the reader the time of the event, not of its receipt', () => {
    const { device } = applied([up(1, '0s'), down(2, '10m', '12m')], policy);
    expect(device.lostAtMs).toBe(start + 600_000);
    expect(believedAt(device, '15m', policy).offlineAtMs).toBe(start + 900_000);
  });

  it('tells of a second outage when that one began', () => {
    const { device } = applied([up(1, '0s'), down(2, '10m'), up(3, '20m'), down(4, '40m')], policy);
    expect(device.lostAtMs).toBe(start + 2_400_000);
  });
});

it.each([
  {
    rule: 'lost while it is suspect counts from then',
    events: [down(2, '10m'), down(4, '12m')],
    lost: '12m',
  },
  { rule: 'lost unseen in its outage', events: [down(2, '10m'), down(4, '50m')], lost: '10m' },
  {
    rule: 'lost again before its recovery was confirmed',
    events: [down(2, '10m'), up(3, '20m'), down(4, '21m')],
    lost: '10m',
  },
  {
    rule: 'lost again after its recovery',
    events: [down(2, '10m'), up(3, '20m'), down(4, '30m')],
    lost: '30m',
  },
])('says since when: $rule', ({ events, lost }) => {
  expect(applied([up(1, '0s'), ...events], policy).device.lostAtMs).toBe(start + offsetMs(lost));
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
