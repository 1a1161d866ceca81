/**
 * Icinga's suppression table (test/icinga-checkresult.cpp, `suppressed_notification`) is of length 5, with one kind of
 * suppression. Here it is every order of problem, recovery, control begins and control ends up to length 6, for a silence, a
 * window and a mute time, of a device alone and of one beside another that is down all the time.
 */
import { describe, expect, it } from 'vitest';
import type { Rules } from '../../../../src/lib/policy/rules.ts';
import { configOf } from '../../../support/configOf.ts';
import { ControlledSite, type Heard } from '../../../support/controlledSite.ts';
import { start } from '../../../support/events.ts';
import { intervalOf } from '../../../support/intervals.ts';

type Step = 'problem' | 'recovery' | 'begins' | 'ends';
const alphabet = ['problem', 'recovery', 'begins', 'ends'] as const;
const kinds = ['silence', 'window', 'muteTime'] as const;
type Kind = (typeof kinds)[number];

function orders(length: number): Step[][] {
  return length === 0
    ? [[]]
    : orders(length - 1).flatMap((order) => alphabet.map((step) => [...order, step]));
}

/** Without what changes nothing: a problem while down, an end without a beginning. */
function effective(order: readonly Step[]): Step[] {
  let [down, controlled] = [false, false];
  return order.filter((step) => {
    const [before, after] =
      step === 'problem' || step === 'recovery'
        ? [down, step === 'problem']
        : [controlled, step === 'begins'];
    if (step === 'problem' || step === 'recovery') down = after;
    else controlled = after;
    return before !== after;
  });
}

const played = orders(6).filter((order) => effective(order).length === 6);

it('every order up to length 6 is played, or the beginning of one that is', () => {
  const beginnings = new Set(played.flatMap((steps) => steps.map((_, i) => steps.slice(0, i + 1).join())));
  const all = [1, 2, 3, 4, 5, 6].flatMap(orders);
  expect(all).toHaveLength(4 + 16 + 64 + 256 + 1024 + 4096);
  const missing = all.map(effective).filter((order) => order.length > 0 && !beginnings.has(order.join()));
  expect(missing).toEqual([]);
  expect(played).toHaveLength(64);
});

const config = configOf(`
sites: [{ id: oslo, devices: ["oslo-*"] }]
policy: { offlineAfter: 1m, recoveredAfter: 30s, groupWait: 10s, groupInterval: 20m, remindEvery: 7d, flapping: off }
receivers: { ops: { email: { to: ["ops@oslo.example"] } } }
routes: [{ to: [ops] }]
`);

const stepMinutes = 10;
const graceMinutes = 2;
/** When the n-th step happens, in minutes; the other device has long been told by then. */
const minuteOf = (n: number) => 10 + n * stepMinutes;

const inClock = (minutes: number) =>
  `${String(Math.floor(minutes / 60) % 24).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

/** The spans of the control in an order, in minutes; one that does not end goes on for longer than it is played. */
function spansOf(steps: readonly Step[]): (readonly [from: number, until: number])[] {
  return steps.flatMap((step, n) => {
    if (step !== 'begins') return [];
    const end = steps.indexOf('ends', n);
    return [[minuteOf(n), end < 0 ? minuteOf(steps.length + 10) : minuteOf(end)] as const];
  });
}

function rulesFor(kind: Kind, steps: readonly Step[]): Rules {
  if (kind !== 'muteTime') return config;
  const startMinute = (start / 60_000) % 1440;
  const times = spansOf(steps).map(
    ([from, until]) => `${inClock(startMinute + from)}-${inClock(startMinute + until)}`,
  );
  if (times.length === 0) return config;
  const mute = { during: [intervalOf('UTC', times)], unless: null, below: null };
  return { ...config, routes: config.routes.map((route) => ({ ...route, mute })) };
}

const beginnings = ['outageBegan', 'outageGrew', 'silenceEnded', 'didNotReturn', 'severityRose'];

/** What a receiver holds for down after all that it heard by then. */
function believed(heard: readonly Heard[], byMs: number): boolean {
  return heard.findLast(({ atMs }) => atMs <= byMs)?.believes.includes('oslo-a') ?? false;
}

function play(kind: Kind, steps: readonly Step[], beside: boolean): void {
  const site = new ControlledSite(rulesFor(kind, steps), ['oslo-a', 'oslo-b', 'oslo-c', 'oslo-d', 'oslo-e']);
  if (beside) site.lost('1m', 'oslo-b');
  const match = { devices: ['oslo-a'] };
  let [down, controlled] = [false, false];
  for (const [n, step] of steps.entries()) {
    const at = `${minuteOf(n)}m`;
    if (step === 'problem') site.lost(at, 'oslo-a');
    if (step === 'recovery') site.back(at, 'oslo-a');
    if (step === 'begins' && kind === 'silence') site.silence(at, '7d', match);
    const [, until = 0] = spansOf(steps).find(([from]) => from === minuteOf(n)) ?? [];
    if (step === 'begins' && kind === 'window')
      site.window(at, `${until - minuteOf(n)}m`, `${graceMinutes}m`, match);
    if (step === 'ends' && kind === 'silence') site.takeBack(at);
    if (step === 'problem' || step === 'recovery') down = step === 'problem';
    else controlled = step === 'begins';
    const untilMinute = minuteOf(n + 1) - 1;
    site.until(`${untilMinute}m`);
    const beforeMs = start + (minuteOf(n) * 60_000 - 1);
    const wasBelieved = believed(site.heard, beforeMs);
    const since = site.heard.filter(({ atMs }) => atMs > beforeMs && atMs <= start + untilMinute * 60_000);
    const told = believed(site.heard, start + untilMinute * 60_000);
    if (!down && !beside) expect(told, `${step} ${n}: told up`).toBe(false);
    if (controlled) {
      expect(
        since.filter(({ reason }) => beginnings.includes(reason)),
        `${step} ${n}: nothing begins`,
      ).toEqual([]);
    } else if (down && !beside) expect(told, `${step} ${n}: told down`).toBe(true);
    if (step === 'ends' && down && !wasBelieved) {
      const [first] = since;
      const graceMs = kind === 'window' ? graceMinutes * 60_000 : 0;
      expect(first?.atMs, `${n}: at once`).toBe(start + minuteOf(n) * 60_000 + graceMs);
      const reason = {
        silence: 'silenceEnded',
        window: 'didNotReturn',
        muteTime: beside ? 'outageGrew' : 'outageBegan',
      }[kind];
      expect(first?.reason).toBe(reason);
      expect(first?.believes).toContain('oslo-a');
    }
  }
  // At the very end the controls are over and everything is back: nobody believes anything down.
  const lastMinute = minuteOf(steps.length + 10);
  site.takeBack(`${lastMinute}m`);
  site.back(`${lastMinute + 1}m`, 'oslo-a', 'oslo-b').until(`${lastMinute + 60}m`);
  expect(believed(site.heard, Infinity)).toBe(false);
  expect(site.heard.at(-1)?.notice ?? 'final').toBe('final');
}

describe.each(kinds)('a %s', (kind) => {
  describe.each([false, true])('beside another device that is down: %s', (beside) => {
    it.each(played.map((steps) => [steps.join(', '), steps] as const))('%s', (_, steps) => {
      play(kind, steps, beside);
    });
  });
});
