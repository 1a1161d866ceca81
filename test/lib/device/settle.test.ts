import { expect, it } from 'vitest';
import { calmAt } from '../../../src/lib/device/flapping.ts';
import { holdEndsAt, settle } from '../../../src/lib/device/settle.ts';
import { configOf, osloConfig } from '../../support/configOf.ts';
import { applied, deleted, down, up } from '../../support/deviceEvents.ts';
import { start } from '../../support/events.ts';
import { offsetMs } from '../../support/offsetMs.ts';

const { policy } = configOf(osloConfig);
const at = (text: string) => start + offsetMs(text);

/** Down and up in turn, a minute apart, from the first minute on. */
const alternating = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    index % 2 === 0 ? up(index + 1, `${index}m`) : down(index + 1, `${index}m`),
  );

it.each([
  {
    rule: 'a suspect device changes when its hold ends',
    events: [up(1, '0s'), down(2, '10m')],
    now: '12m',
    next: '15m',
  },
  {
    rule: 'a recovering device changes when its recovery is confirmed',
    events: [up(1, '0s'), down(2, '10m'), up(3, '20m')],
    now: '21m',
    next: '22m',
  },
  { rule: 'an online device does not change by itself', events: [up(1, '0s')], now: '1h', next: null },
  {
    rule: 'an offline device does not change by itself',
    events: [up(1, '0s'), down(2, '10m')],
    now: '1h',
    next: null,
  },
  {
    rule: 'a tombstone does not change by itself',
    events: [up(1, '0s'), down(2, '10m'), deleted('11m')],
    now: '12m',
    next: null,
  },
])('$rule', ({ events, now, next }) => {
  const { nextAtMs } = settle(applied(events, policy).device, at(now), policy);
  expect(nextAtMs).toBe(next === null ? null : at(next));
});

it('changes when its flapping calms, if that is before its hold ends', () => {
  const { device } = applied([...alternating(9), down(10, '9m')], policy);
  const patient = { ...policy, offlineAfterMs: 3_600_000 };
  const { nextAtMs, device: now } = settle(device, at('10m'), patient);
  expect([now.flapping, now.phase]).toEqual([true, 'suspect']);
  expect(nextAtMs).toBe(calmAt(device.history, policy.flapping, at('10m')));
  expect(nextAtMs).toBeLessThan(holdEndsAt(device, patient)!);
});

it('counts a device as offline from the end of its hold, however late anybody looks', () => {
  const { device } = applied([up(1, '0s'), down(2, '10m')], policy);
  expect(settle(device, at('3d'), policy).device).toMatchObject({
    phase: 'offline',
    offlineAtMs: at('15m'),
    lostAtMs: at('10m'),
  });
});

it('counts a device as back from the end of its recovery', () => {
  const { device } = applied([up(1, '0s'), down(2, '10m'), up(3, '20m')], policy);
  expect(settle(device, at('3d'), policy).device).toMatchObject({ phase: 'online', sinceMs: at('22m') });
});

it('settles once: what has settled is settled', () => {
  const { device } = applied([up(1, '0s'), down(2, '10m')], policy);
  const once = settle(device, at('20m'), policy).device;
  expect(settle(once, at('20m'), policy).device).toBe(once);
});

it('leaves a device as it is while nothing has changed', () => {
  const { device } = applied([up(1, '0s'), down(2, '10m')], policy);
  expect(settle(device, at('14m59s'), policy).device).toBe(device);
});

it('takes the hold from the policy of the moment', () => {
  const { device } = applied([up(1, '0s'), down(2, '10m')], policy);
  const hasty = { ...policy, offlineAfterMs: 60_000 };
  expect(settle(device, at('11m'), hasty).device.phase).toBe('offline');
  expect(settle(device, at('11m'), policy).device.phase).toBe('suspect');
});

it('looks at a flapping device again when it will have calmed, or earlier when a hold ends', () => {
  const { device } = applied(alternating(10), policy);
  expect(device.flapping).toBe(true);
  const soon = settle(device, at('9m'), policy);
  expect(soon.device.phase).toBe('suspect');
  expect(soon.nextAtMs).toBe(at('14m'));
  const later = settle(device, at('14m'), policy);
  expect(later.device).toMatchObject({ phase: 'offline', flapping: true });
  expect(later.nextAtMs).toBeGreaterThan(at('14m'));
  expect(later.nextAtMs).toBeLessThanOrEqual(at('29m'));
  expect(settle(device, later.nextAtMs ?? 0, policy)).toMatchObject({
    device: { phase: 'offline', flapping: false },
    nextAtMs: null,
  });
});

it('ends no hold of a device that waits for nothing', () => {
  expect(holdEndsAt(applied([up(1, '0s')], policy).device, policy)).toBeNull();
});

it('takes an event for late only when it took more than two minutes', () => {
  const hasty = { ...policy, offlineAfterMs: 60_000 };
  const holdOf = (received: string) => holdEndsAt(applied([down(2, '10m', received)], policy).device, hasty);
  expect(holdOf('12m')).toBe(at('11m'));
  expect(holdOf('12m1s')).toBe(at('13m31s'));
});

it.each([
  { late: 'two minutes', received: '12m', ends: '15m' },
  { late: 'a second more', received: '12m1s', ends: '15m' },
  { late: 'four minutes', received: '14m', ends: '15m30s' },
  { late: 'an hour', received: '1h10m', ends: '1h11m30s' },
])('the hold of an event that is $late late ends at $ends', ({ received, ends }) => {
  const { device } = applied([down(2, '10m', received)], policy);
  expect(holdEndsAt(device, policy)).toBe(at(ends));
});
