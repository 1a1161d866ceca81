import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Ask, freeAt, type Spent, spend } from '../../../../src/lib/notify/delivery/rateLimit.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** The limits of the managed domain of Communication Services. */
const managed = [
  { count: 5, windowMs: minute },
  { count: 10, windowMs: hour },
];

const opening: Ask = { weight: 1, ends: false, merges: true };
const end: Ask = { weight: 1, ends: true, merges: true };

/** Sends one after the other, each as soon as it may; when they went. */
function sendAll(rates: typeof managed, asks: readonly Ask[]): number[] {
  let spent: readonly Spent[] = [];
  let nowMs = 0;
  return asks.map((ask) => {
    nowMs = freeAt(rates, spent, ask, nowMs);
    spent = spend(rates, spent, { atMs: nowMs, weight: ask.weight, ends: ask.ends });
    return nowMs;
  });
}

const many = (count: number, ask: Ask) => new Array<Ask>(count).fill(ask);

describe('under 5 a minute and 10 an hour', () => {
  it('two openings go at once, three digests within minutes, and the rest waits for the hour', () => {
    const sent = sendAll(managed, many(6, opening));
    expect(sent).toEqual([0, 0, 30 * second, 90 * second, 210 * second, hour]);
  });

  it('ends find the half that openings left', () => {
    const sent = sendAll(managed, [...many(5, opening), end]);
    expect(sent.at(-1)).toBe(sent.at(-2));
  });

  it('ends are gathered too when openings have left only half: those that come a little later go within minutes', () => {
    const sent = sendAll(managed, [...many(5, opening), ...many(5, end)]);
    const [first, ...later] = sent.slice(5).map((atMs, _, ends) => atMs - ends[0]!);
    expect([first, ...later]).toEqual([0, 0, 30 * second, 90 * second, 210 * second]);
  });

  it('openings take no more than half of the hour, also after the minute is over', () => {
    const spent = [0, 1, 2, 3, 4].map((n) => ({ atMs: n * minute, weight: 1, ends: false }));
    expect(freeAt(managed, spent, opening, 30 * minute)).toBe(hour);
    expect(freeAt(managed, spent, end, 30 * minute)).toBe(30 * minute);
  });

  it('what does not merge goes as soon as it may', () => {
    expect(sendAll(managed, many(5, { ...opening, merges: false }))).toEqual([0, 0, 0, 0, 0]);
  });

  it.for([
    [3, 2, 0],
    [3, 4, minute],
    [12, 0, 0],
    [12, 1, hour],
    [2, 4, minute],
  ])('a mail to %i people after %i ends goes after %i ms', ([weight, before, atMs]) => {
    const spent = new Array<Spent>(before!).fill({ atMs: 0, weight: 1, ends: true });
    expect(freeAt(managed, spent, { ...end, weight: weight!, merges: false }, 0)).toBe(atMs);
  });
});

it('a limit of one lets one through, an opening too', () => {
  const rates = [{ count: 1, windowMs: 10 * second }];
  expect(sendAll(rates, [opening, end, opening])).toEqual([0, 10 * second, 20 * second]);
});

it('no window ever holds more than its rate, whatever is asked and whenever', () => {
  const asks = fc.array(
    fc.record({
      weight: fc.integer({ min: 1, max: 4 }),
      ends: fc.boolean(),
      merges: fc.boolean(),
      afterMs: fc.integer({ min: 0, max: 20 * minute }),
    }),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(asks, (all) => {
      let nowMs = 0;
      let spent: readonly Spent[] = [];
      const sent: Spent[] = [];
      for (const { afterMs, ...ask } of all) {
        nowMs = freeAt(managed, spent, ask, nowMs + afterMs);
        const one = { atMs: nowMs, weight: ask.weight, ends: ask.ends };
        spent = spend(managed, spent, one);
        sent.push(one);
      }
      for (const { atMs: lastMs } of sent) {
        for (const { count, windowMs } of managed) {
          const inside = sent.filter(({ atMs }) => atMs > lastMs - windowMs && atMs <= lastMs);
          expect(inside.reduce((sum, { weight }) => sum + weight, 0)).toBeLessThanOrEqual(count);
        }
        const openings = sent.filter(({ atMs, ends }) => !ends && atMs > lastMs - hour && atMs <= lastMs);
        expect(openings.reduce((sum, { weight }) => sum + weight, 0)).toBeLessThanOrEqual(5);
      }
    }),
  );
});
