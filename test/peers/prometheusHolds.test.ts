/**
 * Prometheus 3.14.0 (August 2026), rules/alerting_test.go and rules/manager_test.go: `for` is `offlineAfter`,
 * `keep_firing_for` is `recoveredAfter`; inactive, pending and firing are online, suspect and offline. A rule is
 * evaluated at fixed times and finds its expression true or not; a device is lost or back at those times.
 */
import { describe, expect, it } from 'vitest';
import type { Device } from '../../src/lib/device/device.ts';
import { settle } from '../../src/lib/device/settle.ts';
import { transition } from '../../src/lib/device/transition.ts';
import type { Policy } from '../../src/lib/policy/policy.ts';
import { configOf } from '../support/configOf.ts';
import { start } from '../support/events.ts';
import { Story } from '../support/story.ts';
import { connection, defaultPolicy, lived } from './lived.ts';

const minuteMs = 60_000;

const alertState = {
  online: 'inactive',
  suspect: 'pending',
  offline: 'firing',
  recovering: 'firing',
} as const;

function holds(forMinutes: number, keepFiringMinutes: number): Policy {
  return {
    ...defaultPolicy,
    offlineAfterMs: forMinutes * minuteMs,
    recoveredAfterMs: keepFiringMinutes * minuteMs,
    flapping: null,
  };
}

/** The alert's state at each evaluation, and since when it is active. */
function evaluate(policy: Policy, everyMinutes: number, found: readonly boolean[]) {
  let stored: Device = lived([connection('connected', 1, start - 60 * minuteMs)]);
  let before = false;
  return found.map((isTrue, index) => {
    const atMs = start + index * everyMinutes * minuteMs;
    if (isTrue !== before) {
      const event = connection(isTrue ? 'disconnected' : 'connected', index + 2, atMs);
      stored = transition(stored, event, policy, atMs).device;
      before = isTrue;
    }
    const { device } = settle(stored, atMs, policy);
    const sinceMinute = device.phase === 'online' ? null : ((device.lostAtMs ?? 0) - start) / minuteMs;
    return { state: alertState[device.phase], sinceMinute };
  });
}

const [t, f] = [true, false];

describe('for', () => {
  it.each([
    {
      test: 'TestAlertingRule, first instance',
      found: [t, t, t, f, f, t, t],
      states: ['pending', 'firing', 'firing', 'inactive', 'inactive', 'pending', 'firing'],
      since: [0, 0, 0, null, null, 25, 25],
    },
    {
      test: 'TestAlertingRule, second instance',
      found: [t, t, f, f, f, f, f],
      states: ['pending', 'firing', 'inactive', 'inactive', 'inactive', 'inactive', 'inactive'],
      since: [0, 0, null, null, null, null, null],
    },
  ])('$test: pends, fires, ends, and counts anew after it, as TestForStateAddSamples wants', (row) => {
    const seen = evaluate(holds(1, 0), 5, row.found);
    expect(seen.map(({ state }) => state)).toEqual(row.states);
    expect(seen.map(({ sinceMinute }) => sinceMinute)).toEqual(row.since);
  });
});

describe('keep_firing_for', () => {
  it('TestKeepFiringFor: fires on for its time, then ends', () => {
    const seen = evaluate(holds(1, 1), 1, [t, t, t, t, f, f, f, f, f]);
    expect(seen.map(({ state }) => state)).toEqual([
      'pending',
      ...Array(4).fill('firing'),
      ...Array(4).fill('inactive'),
    ]);
  });

  it.each([
    { found: 'within the hold', everyMinutes: 0.5, states: ['pending', 'inactive', 'inactive'] },
    {
      // Published: inactive, for Prometheus looks whether it is still true before it looks at the clock. Here the hold
      // ends by itself, and at its very end the device has been offline.
      found: 'at the very end of the hold, which is too late here,',
      everyMinutes: 1,
      states: ['pending', 'firing', 'inactive'],
    },
  ])('TestPendingAndKeepFiringFor: back $found it is $states', ({ everyMinutes, states }) => {
    const seen = evaluate(holds(1, 1), everyMinutes, [t, f, f]);
    expect(seen.map(({ state }) => state)).toEqual(states);
  });

  it('goes on as the same alert when it is lost again meanwhile', () => {
    const seen = evaluate(holds(1, 2), 1, [t, t, f, t, f, f, f, f]);
    expect(seen.map(({ state }) => state)).toEqual([
      'pending',
      ...Array(5).fill('firing'),
      ...Array(2).fill('inactive'),
    ]);
  });
});

describe('a longer hold while it fires', () => {
  const config = (offlineAfter: string) =>
    configOf(`
sites: [{ id: oslo, name: Oslo plant, devices: ["oslo-*"] }]
policy: { offlineAfter: ${offlineAfter}, recoveredAfter: 1s, groupWait: 1s, remindEvery: 7d }
receivers: { operators: { email: { to: ["ops@oslo.example"] } } }
routes: [{ per: site, to: [operators] }]
`);

  it('TestFiringAlertResetToPendingOnHoldDurationIncrease: pends again until the new hold is over', () => {
    const lost = lived([connection('connected', 1, start - minuteMs), connection('disconnected', 2, start)]);
    const at = (seconds: number, offlineAfterMs: number) =>
      settle(lost, start + seconds * 1000, { ...defaultPolicy, offlineAfterMs }).device.phase;
    expect([at(0, 15_000), at(15, 15_000)]).toEqual(['suspect', 'offline']);
    expect([at(30, 3_600_000), at(3_600, 3_600_000)]).toEqual(['suspect', 'offline']);
  });

  it('says nothing of it to who was told down, where Prometheus lets the alert resolve: it is not over', async () => {
    const story = new Story(config('15s'));
    story.connects('oslo-1', '0s');
    story.loses('oslo-1', '1m');
    await story.until('1m30s');
    const opened = 'incident.opened outageBegan warning 1/0 of 1';
    expect(story.told('operators')).toEqual([opened]);
    story.world.restart(config('1h'));
    await story.until('3h');
    expect(story.told('operators')).toEqual([opened]);
    story.connects('oslo-1', '3h1m');
    await story.until('4h');
    expect(story.told('operators')).toEqual([opened, 'incident.resolved recovered warning 0/0 of 1']);
    story.expectsNothingLeft();
  });
});

describe('TestForStateRestore', () => {
  const policy = { ...holds(25, 2), lateEventGraceMs: 10 * minuteMs };
  const connected = connection('connected', 1, start - minuteMs);
  const lost = connection('disconnected', 2, start);
  const firesAtMinute = (device: Device) =>
    ((settle(device, start, policy).nextAtMs ?? 0) - start) / minuteMs;

  // Prometheus restarts at the minute of the row; the published figures are when an alert fires whose `for` is 25.
  const rows = [
    {
      test: 'normal restore, at 15 after ten down',
      receivedAtMinute: 0,
      prometheus: 35,
      firesAt: 25,
      why: 'the hold runs on while we are down, for events wait in Event Grid; Prometheus adds the pause',
    },
    {
      test: 'outage tolerance, at 40',
      receivedAtMinute: 0,
      prometheus: 65,
      firesAt: 25,
      why: 'Prometheus begins anew after a long pause, for it cannot know what happened meanwhile',
    },
    {
      test: 'outage tolerance, at 40, the loss heard of only then',
      receivedAtMinute: 40,
      prometheus: 65,
      firesAt: 50,
      why: 'it counts from the loss, and never ends sooner than the grace after receipt',
    },
    { test: 'grace period, at 25', receivedAtMinute: 25, prometheus: 35, firesAt: 35, why: 'as published' },
    {
      test: 'normal restore, at 15, the loss heard of only then',
      receivedAtMinute: 15,
      prometheus: 35,
      firesAt: 25,
      why: 'it counts from the loss, and no less than the grace is left',
    },
  ];

  it.each(
    rows.map((row) => [`${row.test}: ${row.prometheus}, here ${row.firesAt}: ${row.why}`, row] as const),
  )('%s', (_, { receivedAtMinute, prometheus, firesAt, why }) => {
    const receivedAtMs = start + receivedAtMinute * minuteMs;
    const { device } = transition(lived([connected]), lost, policy, receivedAtMs);
    expect(firesAtMinute(device)).toBe(firesAt);
    expect(firesAt === prometheus).toBe(why === 'as published');
  });

  it('is inactive when the end arrives with the loss, after any pause', () => {
    const atMs = start + 50 * minuteMs;
    const { device } = transition(lived([connected]), lost, policy, atMs);
    const back = transition(device, connection('connected', 3, start + 45 * minuteMs), policy, atMs);
    expect(settle(back.device, atMs, policy).device.phase).toBe('online');
  });
});

describe('TestNotify', () => {
  it('tells at once, not again a second later, after the resend delay again, and the end at once', async () => {
    // Published with no `for` and a delay of two seconds, at seconds 1, 2, 5 and 6; here they are minutes, and a hold
    // and a group wait of a second stand in for none. The reminder comes when it is due, not at the next evaluation.
    const story = new Story(
      configOf(`
sites: [{ id: oslo, name: Oslo plant, devices: ["oslo-*"] }]
policy: { offlineAfter: 1s, recoveredAfter: 1s, groupWait: 1s, remindEvery: 2m }
receivers: { operators: { email: { to: ["ops@oslo.example"] } } }
routes: [{ per: site, to: [operators] }]
`),
    );
    story.connects('oslo-1', '0s');
    story.loses('oslo-1', '58s');
    story.connects('oslo-1', '5m59s');
    await story.until('60m');
    expect(story.told('operators')).toEqual([
      'incident.opened outageBegan warning 1/0 of 1',
      'incident.reminder reminder warning 1/0 of 1',
      'incident.reminder reminder warning 1/0 of 1',
      'incident.resolved recovered warning 0/0 of 1',
    ]);
    expect(story.toldAt('operators')).toEqual([60, 180, 300, 360]);
    story.expectsNothingLeft();
  });
});

describe('TestAlertingRuleState', () => {
  it.each([
    { active: ['firing', 'pending'], told: ['incident.opened outageBegan critical 1/0 of 2'], later: 2 },
    // Both are quiet so far; which one was pending shows when its hold is over.
    { active: ['inactive', 'pending'], told: [], later: 1 },
    { active: ['inactive', 'inactive'], told: [], later: 0 },
  ])('a site of $active has the worst state of its devices', async ({ active, told, later }) => {
    const story = new Story(
      configOf(`
sites: [{ id: oslo, name: Oslo plant, devices: ["oslo-*"] }]
policy: { offlineAfter: 5m, groupWait: 1s }
receivers: { operators: { email: { to: ["ops@oslo.example"] } } }
routes: [{ per: site, to: [operators] }]
`),
    );
    for (const [index, state] of active.entries()) {
      story.connects(`oslo-${index}`, '0s');
      if (state === 'firing') story.loses(`oslo-${index}`, '10m');
      if (state === 'pending') story.loses(`oslo-${index}`, '15m');
    }
    await story.until('16m');
    expect(story.told('operators')).toEqual(told);
    await story.until('26m');
    expect(story.told('operators')).toHaveLength(later);
  });
});
