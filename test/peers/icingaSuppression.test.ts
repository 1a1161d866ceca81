/**
 * Icinga 2.16.0 (master of August 2026), test/icinga-checkresult.cpp, `suppressed_notification`, and
 * lib/icinga/checkable-notification.cpp: nothing is said while notifications are suppressed, and afterwards only if the
 * state differs from the one before. Icinga tries every three results in one downtime, and single stories out of a time
 * period in test/notification-notificationcomponent.cpp; here it is every order of problem, recovery, suppression start
 * and end up to length 5, from a good and from a bad state. Both of Icinga's are among them: a result may be the same as
 * the one before.
 *
 * What suppresses in this product, and stands for the downtime here:
 * - flapping, which holds notices of loss and return. Its own begin and end are told once each, as Icinga does too;
 * - a receiver that cannot be reached. It differs where a device comes back and falls again meanwhile: Icinga says
 *   nothing, we say that the one incident is over and that another began, for the incident is the same for all
 *   receivers and the others were told its end.
 */
import { describe, expect, it } from 'vitest';
import type { Rules } from '../../src/lib/policy/rules.ts';
import { configOf } from '../support/configOf.ts';
import { Story } from '../support/story.ts';

type Step = 'problem' | 'recovery' | 'start' | 'end';

const alphabet = ['problem', 'recovery', 'start', 'end'] as const;

function orders(length: number): Step[][] {
  return length === 0
    ? [[]]
    : orders(length - 1).flatMap((order) => alphabet.map((step) => [...order, step]));
}

/** Without a start while suppressed and an end while not, which are nothing at all, in Icinga as in both suppressions here. */
function withoutIdle(order: readonly Step[]): Step[] {
  let suppressed = false;
  return order.filter((step) => {
    if (step !== 'start' && step !== 'end') return true;
    const changes = suppressed === (step === 'end');
    if (changes) suppressed = step === 'start';
    return changes;
  });
}

/** Those of five steps: every shorter order is the beginning of one, and what is heard is compared after every step. */
const played = orders(5).filter((order) => withoutIdle(order).length === 5);

const cases = (['up', 'down'] as const).flatMap((initially) =>
  played.map((steps) => [`${initially}: ${steps.join(', ')}`, initially, steps] as const),
);

it('every order of problem, recovery, start and end up to length 5 is played', () => {
  const beginnings = new Set(played.flatMap((steps) => steps.map((_, i) => steps.slice(0, i + 1).join())));
  const all = [1, 2, 3, 4, 5].flatMap(orders);
  expect(all).toHaveLength(4 + 16 + 64 + 256 + 1024);
  const missing = all.map(withoutIdle).filter((order) => order.length > 0 && !beginnings.has(order.join()));
  expect(missing).toEqual([]);
});

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
const withFlapping = config('{ window: 5m, startAt: 30%, stopAt: 20% }');
const withoutFlapping = config('off');

/** Longer than the window, in seconds. */
const calm = 310;

/** Plays steps one after the other and says what was heard after each. */
class Play {
  readonly #story: Story;
  nowSeconds = 0;
  #reachable = true;
  #down = false;
  #heard = 0;

  constructor(by: Rules) {
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
    this.nowSeconds += seconds;
    await this.#story.until(`${this.nowSeconds}s`);
  }

  async change(): Promise<void> {
    await this.result(!this.#down);
  }

  /** One that is the same as before is a new event of the hub all the same. */
  async result(down: boolean): Promise<void> {
    await this.wait(1);
    this.#down = down;
    if (this.#down) this.#story.loses('oslo-1', `${this.nowSeconds}s`);
    else this.#story.connects('oslo-1', `${this.nowSeconds}s`);
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

  /** When this notice was heard; -1: the last one. */
  secondsTo(index: number): number {
    return this.#story.toldAt('operators').at(index) ?? Number.NaN;
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
    const play = new Play(withFlapping);
    if (initially === 'down') await play.change();
    // So far apart that changes of different steps never flap together.
    await play.wait(calm);
    play.news();
    let [told, down, flapping]: [Told, boolean, boolean] = [initially, initially === 'down', false];
    for (const step of steps) {
      if (step === 'start') await play.flap();
      if (step === 'problem' || step === 'recovery') {
        down = step === 'problem';
        await play.result(down);
      }
      if (step === 'start' || step === 'end') flapping = step === 'start';
      await play.wait(flapping ? 30 : calm);
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
        if (down && step === 'recovery') cameBack = true;
        down = step === 'problem';
        await play.result(down);
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
  // `service_flapping_problem_notifications`, `_ok_into_bad`, `_ok_over_bad_into_ok`: Icinga wants no recovery at the end
  // of the last, as no problem was told. Here the end of the flapping says that the device is down, so its return is told.
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
    const play = new Play(withFlapping);
    await play.wait(calm);
    for (const step of story) {
      if (step === 'flap') await play.flap();
      if (step === 'change') await play.change();
      await play.wait(step === 'calm' ? calm : 30);
    }
    expect(play.news()).toEqual(told);
    play.expectsNothingWrong();
  });
});

describe('`no_notify_non_applicable_reason`: a recovery in the moment in which the suppression ends', () => {
  it('is the end of the flapping, and the problem within it is never told', async () => {
    const flapsAndFalls = async () => {
      const play = new Play(withFlapping);
      await play.wait(calm);
      await play.flap();
      await play.change();
      return play;
    };
    const untouched = await flapsAndFalls();
    await untouched.wait(calm);
    expect(untouched.news()).toEqual(['incident.opened flappingBegan', 'incident.updated flappingEnded']);
    const calmsAfter = untouched.secondsTo(-1) - untouched.secondsTo(0);
    for (const secondsBefore of [1, 5, 6, 60]) {
      const play = await flapsAndFalls();
      const sinceFlapping = play.nowSeconds - untouched.secondsTo(0);
      await play.wait(calmsAfter - sinceFlapping - secondsBefore - 1);
      await play.change();
      await play.wait(2 * calm);
      // It may still be recovering then; the end has one reason or the other, and is said once.
      expect(play.news()).toEqual([
        'incident.opened flappingBegan',
        expect.stringMatching(/^incident\.resolved (flappingEnded|recovered)$/),
      ]);
      play.expectsNothingWrong();
    }
  });

  it('leaves nothing to say to a receiver that can be reached again', async () => {
    const play = new Play(withoutFlapping);
    await play.wait(30);
    play.reachable(false);
    await play.change();
    await play.wait(29);
    await play.change();
    await play.wait(5);
    play.reachable(true);
    await play.wait(30);
    expect(play.news()).toEqual([]);
    play.expectsNothingWrong();
  });
});
