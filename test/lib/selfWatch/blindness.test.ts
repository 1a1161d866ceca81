import { describe, expect, it } from 'vitest';
import {
  blindnessInWords,
  type LateEvents,
  lookBack,
  type SelfWatch,
} from '../../../src/lib/selfWatch/blindness.ts';

const minute = 60_000;
const blindAfterMs = 5 * minute;
const start = Date.UTC(2026, 2, 4, 2, 10);

/** Runs of the sweep at these minutes; what was told, and at which minute. */
function runs(...at: readonly (number | { minute: number; late?: LateEvents; sites?: number })[]) {
  let watch: SelfWatch | null = null;
  const told: object[] = [];
  for (const run of at) {
    const { minute: n, late = null, sites = 0 } = typeof run === 'number' ? { minute: run } : run;
    const looked = lookBack(watch, late, sites, blindAfterMs, start + n * minute);
    watch = looked.watch;
    if (looked.tell) {
      const { fromMs, untilMs, ...found } = looked.tell;
      told.push({ at: n, from: (fromMs - start) / minute, until: (untilMs - start) / minute, ...found });
    }
  }
  return told;
}

const late = (from: number, until: number, count: number): LateEvents => ({
  fromMs: start + from * minute,
  untilMs: start + until * minute,
  count,
});

describe('the responder was blind', () => {
  it.for([
    ['never, when it runs each minute', [0, 1, 2, 3], []],
    ['never, when it starts for the first time', [90], []],
    ['not yet, when one run was left out', [0, 5, 6], []],
    ['when it did not run', [0, 15, 16], [{ at: 16, from: 0, until: 15, events: 0, sites: 0 }]],
    ['once', [0, 15, 16, 17, 18], [{ at: 16, from: 0, until: 15, events: 0, sites: 0 }]],
    [
      'with what was found on waking',
      [0, { minute: 15, sites: 3 }, { minute: 16, sites: 1 }],
      [{ at: 16, from: 0, until: 15, events: 0, sites: 3 }],
    ],
    [
      'when events came late although it ran',
      [0, 1, { minute: 2, late: late(-14, 2, 7) }, 3],
      [{ at: 3, from: -14, until: 2, events: 7, sites: 0 }],
    ],
    [
      'once, when late events of that time still come',
      [0, 15, { minute: 16, late: late(3, 16, 5) }, 17, { minute: 18, late: late(4, 18, 2) }, 19],
      [{ at: 16, from: 0, until: 15, events: 0, sites: 0 }],
    ],
    [
      'again, when it is blind again',
      [0, 15, 16, 40, 41],
      [
        { at: 16, from: 0, until: 15, events: 0, sites: 0 },
        { at: 41, from: 16, until: 40, events: 0, sites: 0 },
      ],
    ],
  ] as const)('%s', ([, at, told]) => {
    expect(runs(...at)).toEqual(told);
  });
});

it('is said with the times and what was found', () => {
  const gap = { fromMs: start, untilMs: start + 15 * minute, events: 1, sites: 2 };
  expect(blindnessInWords(gap)).toMatchObject({
    summary: 'The responder was blind between Wed 4 Mar 2026, 02:10 and 02:25 UTC',
    problems: ['1 event came late', '2 sites were overdue'],
  });
});
