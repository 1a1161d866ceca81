import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Observation } from '../../../src/lib/device/device.ts';
import {
  calmAt,
  changeTimes,
  flapShare,
  remember,
  startsFlapping,
} from '../../../src/lib/device/flapping.ts';
import { configOf, osloConfig } from '../../support/configOf.ts';
import { applied, believedAt, down, up } from '../../support/deviceEvents.ts';
import { sequenceNumber, start } from '../../support/events.ts';
import { offsetMs } from '../../support/offsetMs.ts';

const { policy } = configOf(osloConfig);
const flapping = policy.flapping!;
const at = (text: string) => start + offsetMs(text);

/** `+` connected, `-` disconnected, a step apart. */
function pattern(marks: string, step = '1m', from = '0s'): Observation[] {
  return [...marks].map((mark, index) => ({
    sequenceNumber: sequenceNumber(index + 1),
    atMs: at(from) + index * offsetMs(step),
    connected: mark === '+',
  }));
}

describe('changes', () => {
  it.each([
    { rule: 'the first observation is no change', marks: '+', minutes: [] },
    { rule: 'each other state is a change', marks: '+-+', minutes: [1, 2] },
    { rule: 'connected twice hides two changes, both at the newer time', marks: '++', minutes: [1, 1] },
    { rule: 'disconnected twice hides two changes as well', marks: '+--', minutes: [1, 2, 2] },
  ])('$rule', ({ marks, minutes }) => {
    expect(changeTimes(pattern(marks))).toEqual(minutes.map((minute) => start + minute * 60_000));
  });

  it.each([
    { rule: 'a steady hourly reconnect is a token renewal', gaps: ['1h', '2h', '3h'], counted: 0 },
    { rule: 'a renewal every 65 minutes too', gaps: ['65m', '130m'], counted: 0 },
    { rule: 'one short of forty-five minutes is none', gaps: ['1h', '104m'], counted: 4 },
    { rule: 'a single short gap is no renewal', gaps: ['1h'], counted: 2 },
    { rule: 'gaps ten minutes apart are no renewals', gaps: ['10m', '20m', '30m'], counted: 6 },
    { rule: 'gaps two hours apart are no renewals', gaps: ['2h', '4h'], counted: 4 },
  ])('$rule', ({ gaps, counted }) => {
    const history = [
      { sequenceNumber: sequenceNumber(1), atMs: start, connected: true },
      ...gaps.flatMap((gap, index) => [
        { sequenceNumber: sequenceNumber(2 * index + 2), atMs: at(gap), connected: false },
        { sequenceNumber: sequenceNumber(2 * index + 3), atMs: at(gap) + 40_000, connected: true },
      ]),
    ];
    expect(changeTimes(history)).toHaveLength(counted);
  });

  it.each([
    { rule: '44 minutes apart are no renewals', apart: '44m', gap: '40s', counted: 4 },
    { rule: '45 minutes apart are renewals', apart: '45m', gap: '40s', counted: 0 },
    { rule: '75 minutes apart are renewals', apart: '75m', gap: '40s', counted: 0 },
    { rule: '76 minutes apart are no renewals', apart: '76m', gap: '40s', counted: 4 },
    { rule: 'of ten minutes are renewals', apart: '1h', gap: '10m', counted: 0 },
    { rule: 'of more than ten minutes are no renewals', apart: '1h', gap: '601s', counted: 4 },
  ])('two gaps $rule', ({ apart, gap, counted }) => {
    const times = [0, offsetMs(gap), offsetMs(apart), offsetMs(apart) + offsetMs(gap)];
    const history = [-60_000, ...times].map((offset, index) => ({
      sequenceNumber: sequenceNumber(index + 1),
      atMs: start + offset,
      connected: index % 2 === 0,
    }));
    expect(changeTimes(history)).toHaveLength(counted);
  });

  it('counts a short return between losses an hour apart, for that is no gap', () => {
    const history = ['-', '+', '-', '+', '-'].map((mark, index) => ({
      sequenceNumber: sequenceNumber(index + 1),
      atMs: start + Math.floor((index + 1) / 2) * 3_600_000 + (index % 2 === 1 ? 0 : 30_000),
      connected: mark === '+',
    }));
    expect(changeTimes(history)).toHaveLength(4);
  });

  it('counts a gap of more than ten minutes, however steady', () => {
    const history = ['1h', '2h'].flatMap((gap, index) => [
      { sequenceNumber: sequenceNumber(2 * index + 1), atMs: at(gap), connected: false },
      { sequenceNumber: sequenceNumber(2 * index + 2), atMs: at(gap) + 660_000, connected: true },
    ]);
    expect(changeTimes(history)).toHaveLength(3);
  });
});

describe('renewals that the minute’s snapshot hides', () => {
  it.each([
    { rule: 'are none of a connected device either', connected: true, counted: 0 },
    { rule: 'are flaps of a device that is away', connected: false, counted: 6 },
  ])('$rule', ({ connected, counted }) => {
    const history = ['0m', '60m', '120m', '180m'].map((when, index) => ({
      sequenceNumber: sequenceNumber(index + 1),
      atMs: at(when),
      connected,
    }));
    expect(changeTimes(history)).toHaveLength(counted);
  });
});

describe('share', () => {
  const share = (...minutesAgo: number[]) =>
    flapShare(
      minutesAgo.map((minutes) => start - minutes * 60_000),
      flapping.windowMs,
      start,
    );

  it('weighs a change of now 1.25, one about to leave the window 0.75, of twenty samples', () => {
    expect(share(0)).toBeCloseTo(1.25 / 20, 10);
    expect(share(19)).toBeCloseTo(0.75 / 20, 10);
    expect(share(20)).toBe(0);
  });

  it('is 100 % when each of the twenty samples changed', () => {
    expect(share(...Array.from({ length: 20 }, (_, minute) => minute))).toBeCloseTo(1, 10);
  });

  it('counts a change that is stamped in the future as one of now', () => {
    expect(share(-30)).toBe(share(0));
  });

  it('measures samples by the window: a twentieth each', () => {
    expect(flapShare([start - 1_500], 20_000, start)).toBeCloseTo((1.25 - 0.5 / 19) / 20, 10);
  });
});

describe('begin and end', () => {
  it('begins with the sixth change, a minute apart, and not with the fifth', () => {
    expect(startsFlapping(false, pattern('+-+-+-'), flapping, at('5m'))).toBe(false);
    expect(startsFlapping(false, pattern('+-+-+-+'), flapping, at('6m'))).toBe(true);
  });

  it('begins at the share itself and ends at the share itself', () => {
    const history = pattern('+-+-+-+');
    const share = flapShare(changeTimes(history), flapping.windowMs, at('6m'));
    expect(startsFlapping(false, history, { ...flapping, startAt: share }, at('6m'))).toBe(true);
    expect(startsFlapping(true, history, { ...flapping, startAt: 1, stopAt: share }, at('6m'))).toBe(false);
  });

  it('stays as it was between the two thresholds', () => {
    const history = pattern('+-+-+');
    const nowMs = at('4m');
    const share = flapShare(changeTimes(history), flapping.windowMs, nowMs);
    expect(share).toBeGreaterThan(flapping.stopAt);
    expect(share).toBeLessThan(flapping.startAt);
    expect(startsFlapping(true, history, flapping, nowMs)).toBe(true);
    expect(startsFlapping(false, history, flapping, nowMs)).toBe(false);
  });

  it('calms when its changes have aged, at the moment that was foretold', () => {
    const history = pattern('+-+-+-+-+');
    const nowMs = at('8m');
    const calmMs = calmAt(history, flapping, nowMs)!;
    expect(startsFlapping(true, history, flapping, calmMs)).toBe(false);
    expect(startsFlapping(true, history, flapping, calmMs - 61_000)).toBe(true);
  });

  it('calms at the share itself', () => {
    const history = pattern('+-+-+-+-+');
    const sampleMs = flapping.windowMs / 20;
    const stopAt = flapShare(changeTimes(history), flapping.windowMs, at('8m') + 3 * sampleMs);
    expect(calmAt(history, { ...flapping, stopAt }, at('8m'))).toBe(at('8m') + 3 * sampleMs);
  });

  it('looks again after a window when a change is stamped in the future', () => {
    expect(calmAt(pattern('+-', '10h'), { ...flapping, stopAt: 0 }, at('1m'))).toBe(at('21m'));
  });

  it('is calm when the window is over, whatever the thresholds', () => {
    const never = { ...flapping, stopAt: 0 };
    expect(calmAt(pattern('+-'), never, at('1m'))).toBe(at('21m'));
  });

  it('never flaps when switched off, and an old flag is dropped', () => {
    expect(startsFlapping(true, pattern('+-+-+-+-+'), null, at('8m'))).toBe(false);
    expect(calmAt(pattern('+-+-+-+-+'), null, at('8m'))).toBeNull();
  });

  it('does not flap by hourly renewals over a day', () => {
    const events = Array.from({ length: 24 }, (_, hour) => [
      down(2 * hour + 2, `${(hour + 1) * 3600}s`),
      up(2 * hour + 3, `${(hour + 1) * 3600 + 30}s`),
    ]).flat();
    const wide = {
      ...policy,
      flapping: { ...flapping, windowMs: 24 * 3_600_000, startAt: 0.2, stopAt: 0.1 },
    };
    expect(applied([up(1, '0s'), ...events], wide).device.flapping).toBe(false);
  });

  it('sees the flaps that the minute’s snapshot hides: three newer connects are six changes', () => {
    const { device } = applied([up(1, '0s'), up(2, '1m'), up(3, '2m'), up(4, '3m')], policy);
    expect(device.flapping).toBe(true);
    expect(believedAt(device, '40m', policy)).toMatchObject({ flapping: false, phase: 'online' });
  });

  it('sees flaps by events that come late and in any order', () => {
    const events = [
      up(1, '0s'),
      down(2, '1m'),
      up(3, '2m'),
      down(4, '3m'),
      up(5, '4m'),
      down(6, '5m'),
      up(7, '6m'),
    ];
    const { device } = applied([events[6]!, events[0]!, ...events.slice(1, 6)], policy);
    expect(device.flapping).toBe(true);
  });
});

describe('history', () => {
  it('is ordered by number and holds each once', () => {
    const all = pattern('+-+');
    const history = [all[2]!, all[0]!, all[1]!, all[2]!].reduce<readonly Observation[]>(
      (before, observation) => remember(before, observation, flapping),
      [],
    );
    expect(history).toEqual(all);
  });

  it('forgets what left the window, but for the one before it, which says from where the first change came', () => {
    const history = pattern('+-+-', '15m').reduce<readonly Observation[]>(
      (before, observation) => remember(before, observation, flapping),
      [],
    );
    expect(history.map((one) => one.atMs)).toEqual([at('15m'), at('30m'), at('45m')]);
  });

  it('stays small under a storm of changes', () => {
    const history = pattern('+-'.repeat(200), '1s').reduce<readonly Observation[]>(
      (before, observation) => remember(before, observation, flapping),
      [],
    );
    expect(history.length).toBe(40);
    expect(history.at(-1)?.sequenceNumber).toBe(sequenceNumber(400));
  });

  it('is ordered by number where the times tell another order', () => {
    const [first, second] = pattern('+-');
    const history = [{ ...first!, atMs: second!.atMs + 1_000 }, second!].reduce<readonly Observation[]>(
      (before, observation) => remember(before, observation, flapping),
      [],
    );
    expect(history.map((one) => one.sequenceNumber)).toEqual(
      [first, second].map((one) => one?.sequenceNumber),
    );
  });

  it('is the same array when the observation adds nothing', () => {
    const history = pattern('+-');
    expect(remember(history, history[0]!, flapping)).toBe(history);
  });

  it('depends on the set of observations, not on their order', () => {
    const observations = fc
      .array(fc.tuple(fc.integer({ min: 1, max: 600 }), fc.boolean()), { minLength: 1, maxLength: 20 })
      .map((steps) => {
        let atMs = start;
        return steps.map(([seconds, connected], index) => {
          atMs += seconds * 1000;
          return { sequenceNumber: sequenceNumber(index + 1), atMs, connected };
        });
      });
    const remembered = (all: readonly Observation[]) =>
      all.reduce<readonly Observation[]>((before, one) => remember(before, one, flapping), []);
    fc.assert(
      fc.property(
        observations.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
        ),
        ([all, shuffled]) => {
          expect(changeTimes(remembered(shuffled))).toEqual(changeTimes(remembered(all)));
        },
      ),
      { numRuns: 500 },
    );
  });
});

it('remembers the newest observation alone where nothing is asked of the others', () => {
  const seen = (n: number) => ({
    sequenceNumber: String(n).padStart(64, '0'),
    atMs: n * 1_000,
    connected: n % 2 === 0,
  });
  const history = [3, 1, 2]
    .map(seen)
    .reduce<ReturnType<typeof remember>>((all, one) => remember(all, one, null), []);
  expect(history).toEqual([seen(3)]);
});
