/**
 * Icinga 2.16.0 (master of August 2026), test/icinga-checkresult.cpp, `suppressed_notification`, and
 * lib/icinga/checkable-notification.cpp: nothing is said while notifications are suppressed, and afterwards only if the
 * state differs from the one before. Icinga tries every three results in one downtime; here it is every order of
 * problem, recovery, suppression start and end up to length 5, from a good and from a bad state.
 *
 * What suppresses in this product, and stands for the downtime here:
 * - flapping, which holds notices of loss and return. Its own begin and end are told once each, as Icinga does too;
 * - a receiver that cannot be reached. It differs where a device comes back and falls again meanwhile: Icinga says
 *   nothing, we say that the one incident is over and that another began, for the incident is the same for all
 *   receivers and the others were told its end.
 */
import { describe, expect, it } from 'vitest';
import type { Config } from '../../src/lib/config/config.ts';
import { configOf } from '../support/configOf.ts';
import { Story } from '../support/story.ts';

type Step = 'problem' | 'recovery' | 'start' | 'end';

/** Every order in which each step changes something: an order with idle steps is the same as one without. */
function orders(length: number, down: boolean, suppressed: boolean): Step[][] {
  if (length === 0) return [[]];
  const next = (step: Step, isDown: boolean, isSuppressed: boolean) =>
    orders(length - 1, isDown, isSuppressed).map((rest) => [step, ...rest]);
  return [
    ...next(down ? 'recovery' : 'problem', !down, suppressed),
    ...next(suppressed ? 'end' : 'start', down, !suppressed),
  ];
}

const starts = [
  { initially: 'up', down: false },
  { initially: 'down', down: true },
] as const;

const cases = starts.flatMap(({ initially, down }) =>
  [1, 2, 3, 4, 5].flatMap((length) =>
    orders(length, down, false).map(
      (steps) => [`${initially}: ${steps.join(', ')}`, initially, steps] as const,
    ),
  ),
);

const config = (flapping: string) =>
  configOf(`
sites: [{ id: oslo, name: Oslo plant, devices: ["oslo-*"] }]
policy:
  offlineAfter: 10s
  recoveredAfter: 5s
  groupWait: 1s
  groupInterval: 1s
  remindEvery: 7d
  flapping: ${flapping}
delivery: { retryFirst: 1s, retryMax: 10s }
receivers: { operators: { email: { to: ["ops@oslo.example"] } } }
routes: [{ per: site, to: [operators] }]
`);
const defaults = config('{ window: 20m, startAt: 30%, stopAt: 20% }');
const withoutFlapping = config('off');

const minute = 60;

/** Plays steps one after the other and says what was heard after each. */
class Play {
  readonly #story: Story;
  #nowSeconds = 0;
  #reachable = true;
  #down = false;
  #heard = 0;

  constructor(by: Config) {
    this.#story = new Story(by, {
      answer: () =>
        this.#reachable
          ? { result: { kind: 'sent' }, heard: true }
          : {
              result: {
                kind: 'failedTemporarily',
                error: 'HTTP 503',
                retryAfterMs: null,
                outcomeUnknown: false,
                timedOut: false,
              },
              heard: false,
            },
    });
    this.#story.connects('oslo-1', '0s');
  }

  async wait(seconds: number): Promise<void> {
    this.#nowSeconds += seconds;
    await this.#story.until(`${this.#nowSeconds}s`);
  }

  async change(): Promise<void> {
    await this.wait(1);
    this.#down = !this.#down;
    if (this.#down) this.#story.loses('oslo-1', `${this.#nowSeconds}s`);
    else this.#story.connects('oslo-1', `${this.#nowSeconds}s`);
  }

  /** Eight changes within the hold, back to the state before. */
  async flap(): Promise<void> {
    for (let i = 0; i < 8; i++) await this.change();
  }

  reachable(yes: boolean): void {
    this.#reachable = yes;
  }

  /** What is new since the last time: type and reason of each. */
  news(): string[] {
    const told = this.#story.world.heard.map(({ message }) => `${message.type} ${message.reason}`);
    const news = told.slice(this.#heard);
    this.#heard = told.length;
    return news;
  }

  expectsNothingWrong(): void {
    expect(this.#story.world.errors).toEqual([]);
    expect(this.#story.world.poison).toEqual([]);
  }
}

describe('while a device flaps', () => {
  /** What is said when the state differs from the last one told. */
  const difference = {
    'up>down': 'incident.opened outageBegan',
    'down>up': 'incident.resolved recovered',
    'up>flapping': 'incident.opened flappingBegan',
    'down>flapping': 'incident.updated flappingBegan',
    'flapping>up': 'incident.resolved',
    'flapping>down': 'incident.updated flappingEnded',
  } as const;
  type Told = 'up' | 'down' | 'flapping';

  it.each(cases)('from %s', async (_, initially, steps) => {
    const play = new Play(defaults);
    if (initially === 'down') await play.change();
    // So far apart that changes of different steps never flap together.
    await play.wait(21 * minute);
    play.news();
    let [told, down, flapping]: [Told, boolean, boolean] = [initially, initially === 'down', false];
    for (const step of steps) {
      if (step === 'start') await play.flap();
      if (step === 'problem' || step === 'recovery') {
        down = step === 'problem';
        await play.change();
      }
      if (step === 'start' || step === 'end') flapping = step === 'start';
      await play.wait(flapping ? 30 : 21 * minute);
      const settled: Told = flapping ? 'flapping' : down ? 'down' : 'up';
      const expected = settled === told ? [] : [difference[`${told}>${settled}` as keyof typeof difference]];
      expect(play.news()).toEqual(expected.map((line) => expect.stringContaining(line)));
      told = settled;
    }
    play.expectsNothingWrong();
  });
});

describe('while a receiver cannot be reached', () => {
  it.each(cases)('from %s', async (_, initially, steps) => {
    const play = new Play(withoutFlapping);
    if (initially === 'down') await play.change();
    await play.wait(30);
    play.news();
    let [toldDown, down, suppressed] = [initially === 'down', initially === 'down', false];
    let cameBack = false;
    for (const step of steps) {
      if (step === 'problem' || step === 'recovery') {
        down = step === 'problem';
        if (!down) cameBack = true;
        await play.change();
      } else {
        suppressed = step === 'start';
        if (suppressed) cameBack = false;
        play.reachable(!suppressed);
      }
      await play.wait(30);
      const expected = [];
      if (!suppressed) {
        if (toldDown && (!down || cameBack)) expected.push('incident.resolved recovered');
        if (down && (!toldDown || cameBack)) expected.push('incident.opened outageBegan');
        toldDown = down;
        cameBack = false;
      }
      // The two are of different incidents, and may come in either order.
      expect(play.news().sort().reverse()).toEqual(expected);
    }
    play.expectsNothingWrong();
  });
});

describe("where Icinga's own tests note a known failure", () => {
  it.each([
    {
      fact: 'a device that is bad when it calms is told as bad, and later as recovered',
      story: ['flap', 'change', 'calm', 'change', 'calm'],
      told: [
        'incident.opened flappingBegan',
        'incident.updated flappingEnded',
        'incident.resolved recovered',
      ],
    },
    {
      fact: 'a device that was bad only while it flapped is not told as recovered from anything else',
      story: ['flap', 'change', 'change', 'calm'],
      told: ['incident.opened flappingBegan', 'incident.resolved flappingEnded'],
    },
  ])('$fact', async ({ story, told }) => {
    const play = new Play(defaults);
    await play.wait(21 * minute);
    for (const step of story) {
      if (step === 'flap') await play.flap();
      if (step === 'change') await play.change();
      await play.wait(step === 'calm' ? 21 * minute : 30);
    }
    expect(play.news()).toEqual(told);
    play.expectsNothingWrong();
  });
});
