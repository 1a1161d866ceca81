/**
 * Alertmanager 0.34.0 (August 2026), test/with_api_v2/acceptance/send_test.go: every timeline of it, a published second
 * being a minute here; cluster_test.go; and `TestAggrGroup` of dispatch/dispatch_test.go. An alert that is pushed is a
 * device that counts as offline at that time. Inhibition and silences (inhibit_test.go, silence_test.go) there are none.
 *
 * Two differences run through all of them. Alertmanager looks at a group only at ticks of `group_interval`; here
 * `groupInterval` is the pause since the last notice, and reminders and the end are told when they are due. And an end
 * is only told after `recoveredAfter`, here one second.
 */
import { describe, expect, it } from 'vitest';
import type { Rules } from '../../src/lib/policy/rules.ts';
import type { WorldOptions } from '../simulation/world.ts';
import { configOf } from '../support/configOf.ts';
import { start } from '../support/events.ts';
import { Story } from '../support/story.ts';

type Timings = {
  readonly wait: string;
  readonly interval: string;
  readonly repeat: string;
  readonly recovered?: string;
};

function story(
  { wait, interval, repeat, recovered = '1s' }: Timings,
  options: Partial<WorldOptions> = {},
): Timeline {
  return new Timeline(
    configOf(`
sites: [{ id: oslo, name: Oslo plant, devices: ["oslo-*"] }]
policy:
  { offlineAfter: 1s, recoveredAfter: ${recovered}, groupWait: ${wait}, groupInterval: ${interval}, remindEvery: ${repeat}, flapping: off, siteDown: 100% }
delivery: { timeout: 1s, retryFirst: 5s, retryMax: 5s }
receivers:
  operators: { email: { to: ["ops@oslo.example"] } }
  on-call: { webhook: { url: "http://127.0.0.1/on-call" } }
routes: [{ per: site, to: [operators, on-call] }]
`),
    options,
  );
}

class Timeline extends Story {
  constructor(config: Rules, options: Partial<WorldOptions>) {
    super(config, options);
    // Of a whole site that is down the severity would rise, and that is told at once.
    this.connects('oslo-other', '0s');
  }

  /** The device counts as offline from this minute on. */
  down(minute: number, ...devices: string[]): void {
    for (const device of devices) this.loses(`oslo-${device}`, `${minute * 60 - 1}s`);
  }

  /** The device counts as back from this minute on. */
  up(minute: number, ...devices: string[]): void {
    for (const device of devices) this.connects(`oslo-${device}`, `${minute * 60 - 1}s`);
  }

  async minutes(minute: number): Promise<void> {
    await this.until(`${Math.round(minute * 60)}s`);
  }

  /** What a receiver heard: minute, type without `incident.`, the devices that are down, those that are back. */
  heard(receiver: string): string[] {
    return this.world.heard
      .filter((one) => one.receiver === receiver)
      .map(({ atMs, message: { type, devices } }) => {
        const names = (back: boolean) =>
          devices
            .filter((one) => (one.phase === 'online') === back)
            .map((one) => one.deviceId.replace('oslo-', ''))
            .sort();
        const minute = Math.floor((atMs - start) / 6_000) / 10;
        const down = names(false).map((one) => ` ${one}`);
        const back = names(true).map((one) => ` (${one})`);
        return `${minute} ${type.replace('incident.', '')}${down.join('')}${back.join('')}`;
      });
  }

  incidents(): number {
    return new Set(this.world.heard.map(({ message }) => message.incidentId)).size;
  }
}

describe('TestRepeat', () => {
  it('tells after the group wait, reminds after the repeat interval, tells the end', async () => {
    const t = story({ wait: '1m', interval: '1m', repeat: '1m' });
    t.down(1, 'test');
    t.up(3.5, 'test');
    await t.minutes(20);
    // Alertmanager's repeat interval is a millisecond, so that it repeats at each tick, and tells the end at 4, the next.
    expect(t.heard('operators')).toEqual(['2 opened test', '3 reminder test', '3.5 resolved (test)']);
    t.expectsNothingLeft();
  });
});

describe('TestMergeAlerts', () => {
  // TestMergeAlertsWithEndsAt is the same with an expected end on every alert, which no event of IoT Hub has.
  it.each([
    // Alertmanager merges by time alone; IoT Hub's repeated loss has a number of its own and is the same outage.
    { pushed: 'told again', again: [1.2, 2.1, 3.6] },
    { pushed: 'told once', again: [] },
  ])('keeps one incident from its earliest begin, when the loss is $pushed', async ({ again }) => {
    const t = story({ wait: '1m', interval: '1m', repeat: '1m' });
    t.down(1, 'test');
    for (const minute of again) t.down(minute, 'test');
    t.up(4.8, 'test');
    await t.minutes(5.2);
    expect(t.heard('operators')).toEqual([
      '2 opened test',
      '3 reminder test',
      '4 reminder test',
      '4.8 resolved (test)',
    ]);
    expect(t.world.heard.map(({ message }) => message.openedAtMs - start)).toEqual(Array(8).fill(60_000));
  });

  it('takes the later one of two ends, when the second comes before the first is believed', async () => {
    const t = story({ wait: '1m', interval: '1m', repeat: '1h', recovered: '15s' });
    t.down(1, 'test');
    t.up(4.6, 'test');
    t.up(4.8, 'test');
    await t.minutes(20);
    expect(t.heard('operators')).toEqual(['2 opened test', '5 resolved (test)']);
    expect(t.last('operators').devices.map((one) => one.backAtMs)).toEqual([start + 287_000]);
  });

  it('does not merge a loss after the end: a new incident begins', async () => {
    const t = story({ wait: '1m', interval: '1m', repeat: '1h' });
    t.down(1, 'test');
    t.up(4.8, 'test');
    t.down(5.3, 'test');
    await t.minutes(20);
    expect(t.heard('operators')).toEqual(['2 opened test', '4.8 resolved (test)', '6.3 opened test']);
    expect(t.incidents()).toBe(2);
  });
});

describe('TestRetry', () => {
  it('reaches a failing receiver in the end and tells the other one no more often for it', async () => {
    const busy = {
      result: {
        kind: 'failedTemporarily',
        error: 'HTTP 503',
        retryAfterMs: null,
        outcomeUnknown: false,
        timedOut: false,
      },
      heard: false,
    } as const;
    const t = story(
      { wait: '1m', interval: '2m', repeat: '3m' },
      {
        answer: ({ receiver }, nowMs) =>
          receiver === 'on-call' && nowMs < start + 4.5 * 60_000
            ? busy
            : { result: { kind: 'sent' }, heard: true },
      },
    );
    t.down(1, 'test1');
    await t.minutes(5.9);
    // Alertmanager gives up at each tick and reaches it at 6, the first one after the failure ended.
    expect(t.heard('on-call')).toEqual(['4.5 opened test1']);
    expect(t.heard('operators')).toEqual(['2 opened test1', '5 reminder test1']);
  });
});

describe('TestBatching', () => {
  it('puts what fell within the group wait into one notice, and later ones into one update', async () => {
    const t = story({ wait: '1m', interval: '1m', repeat: '5m' });
    t.down(1.1, 'test1');
    t.down(1.7, 'test5');
    t.down(3.3, 'test2', 'test3', 'test4');
    await t.minutes(9);
    // Alertmanager's ticks make the second 4.1 and the third 9.1.
    expect(t.heard('operators')).toEqual([
      '2.1 opened test1 test5',
      '3.3 updated test1 test2 test3 test4 test5',
      '8.3 reminder test1 test2 test3 test4 test5',
    ]);
  });
});

describe('TestAggrGroup', () => {
  const timings = { wait: '10m', interval: '3m', repeat: '10h' };

  it('waits for a new group, then pauses before it tells of a new member, of one back, and of the end', async () => {
    const t = story(timings);
    t.down(1, 'v3', 'v4');
    t.down(12, 'v5');
    t.up(15, 'v3');
    t.up(18, 'v4', 'v5');
    await t.minutes(60);
    // Alertmanager tells the end at 20, and forgets v3 with the notice before it; here the end lists all who took part.
    expect(t.heard('operators')).toEqual([
      '11 opened v3 v4',
      '14 updated v3 v4 v5',
      '17 updated v4 v5 (v3)',
      '18 resolved (v3) (v4) (v5)',
    ]);
    t.expectsNothingLeft();
  });

  // By `TestDedupStageNeedsUpdate`: a group of which nothing fires and nothing was sent needs no notification.
  it.each([
    { fact: 'nothing of who is back before it is over', down: ['v1'], up: ['v1'], heard: [] },
    {
      // Alertmanager lists the one that is back too; nobody was told that it was down.
      fact: 'only who is still down at its end',
      down: ['v1', 'v2'],
      up: ['v1'],
      heard: ['11 opened v2'],
    },
    {
      fact: 'nothing when all are back, one after the other',
      down: ['v1', 'v2'],
      up: ['v1', 'v2'],
      heard: [],
    },
  ])('tells $fact', async ({ down, up, heard }) => {
    const t = story(timings);
    t.down(1, ...down);
    for (const [index, device] of up.entries()) t.up(4 + 3 * index, device);
    await t.minutes(60);
    expect(t.heard('operators')).toEqual(heard);
    t.expectsNothingLeft();
  });

  it('begins a new wait for one that falls after all were back within it', async () => {
    const t = story(timings);
    t.down(1, 'v1');
    t.up(5, 'v1');
    t.down(8, 'v2');
    await t.minutes(30);
    expect(t.heard('operators')).toEqual(['18 opened v2']);
  });
});

describe('TestResolved', () => {
  it('is never over by the passing of time, as in Alertmanager after ten seconds: a device says itself that it is back', async () => {
    const t = story({ wait: '1m', interval: '5m', repeat: '4h' });
    t.down(1, 'v1', 'v2', 'v3');
    await t.minutes(60);
    expect(t.heard('operators')).toEqual(['2 opened v1 v2 v3']);
    t.up(61, 'v1', 'v2', 'v3');
    await t.minutes(80);
    expect(t.heard('operators').slice(1)).toEqual(['61 resolved (v1) (v2) (v3)']);
    t.expectsNothingLeft();
  });
});

describe('TestResolvedFilter', () => {
  it('tells who came back with the next update, and only news after that', async () => {
    const t = story({ wait: '1m', interval: '5m', repeat: '4h' });
    t.down(1, 'v1', 'v2');
    t.down(3, 'v3');
    t.up(4, 'v1');
    t.up(11, 'v2');
    await t.minutes(20);
    const told = ['2 opened v1 v2', '7 updated v2 v3 (v1)', '12 updated v3 (v2)'];
    expect(t.heard('operators')).toEqual(told);
    // Alertmanager's second receiver has send_resolved off and misses the third; nobody can ask for that here.
    expect(t.heard('on-call')).toEqual(told);
  });
});

describe('TestColdStart', () => {
  it('tells nothing a second time after a restart and keeps to the group interval', async () => {
    const t = story({ wait: '1m', interval: '6m', repeat: '1h' });
    t.down(1, 'test1');
    t.down(2, 'test2');
    await t.minutes(5);
    t.world.restart(t.world.config);
    t.down(6, 'test3');
    t.down(7, 'test4');
    await t.minutes(20);
    // Alertmanager forgets its groups and waits five seconds before it dares to tell; here they are stored.
    expect(t.heard('operators')).toEqual(['2 opened test1 test2', '8 updated test1 test2 test3 test4']);
  });
});

describe('TestReload', () => {
  it('does not begin the group interval again, as Alertmanager does, when it starts anew', async () => {
    const t = story({ wait: '1m', interval: '6m', repeat: '10h' });
    t.down(1, 'test1');
    await t.minutes(3);
    t.world.restart(t.world.config);
    t.down(4, 'test2');
    await t.minutes(30);
    // Alertmanager: 9, six after the reload.
    expect(t.heard('operators')).toEqual(['2 opened test1', '8 updated test1 test2']);
  });
});

describe('TestWebhookTimeout', () => {
  it('tries a receiver again that answers too late, long before the group interval', async () => {
    const t = story(
      { wait: '1m', interval: '1h', repeat: '1h' },
      {
        answer: ({ receiver }, nowMs) => {
          const late = receiver === 'on-call' && nowMs < start + 3 * 60_000;
          if (!late) return { result: { kind: 'sent' }, heard: true };
          const error = 'no answer within 1 s';
          return {
            result: {
              kind: 'failedTemporarily',
              error,
              retryAfterMs: null,
              outcomeUnknown: true,
              timedOut: true,
            },
            heard: false,
            afterMs: 1_000,
          };
        },
      },
    );
    t.down(1, 'test1');
    await t.minutes(4);
    expect(t.heard('on-call')).toEqual([expect.stringMatching(/^3(\.\d)? opened test1$/)]);
    expect(t.heard('operators')).toEqual(['2 opened test1']);
  });
});

describe('TestClusterDeduplication and TestClusterVSInstance', () => {
  it.each([1, 3])('of %d instances each notice is sent by one', async (instances) => {
    const t = story({ wait: '1m', interval: '1m', repeat: '1h' }, { instances });
    for (const minute of [1, 3, 5, 7, 9]) t.down(minute, `test${minute}`);
    await t.minutes(20);
    const told = [
      '2 opened test1',
      '3 updated test1 test3',
      '5 updated test1 test3 test5',
      '7 updated test1 test3 test5 test7',
      '9 updated test1 test3 test5 test7 test9',
    ];
    expect(t.heard('operators')).toEqual(told);
    expect(t.heard('on-call')).toEqual(told);
    expect(new Set(t.world.heard.map(({ message }) => message.noticeId)).size).toBe(10);
  });
});
