import { describe, expect, it } from 'vitest';
import { isForgotten, nextTurn, type Turn, turnLimits } from '../../../src/lib/diagnosis/logs/turns.ts';

const nowMs = 1_000_000;
const turn = (change: Partial<Turn>): Turn => ({
  number: 0,
  queries: 2,
  atOnce: 2,
  untilMs: nowMs + 10_000,
  endedAtMs: null,
  ...change,
});
const ended = (agoMs: number, queries = 2) => turn({ queries, endedAtMs: nowMs - agoMs });

describe('a turn', () => {
  it.each<{ rule: string; taken: Turn[]; queries: number; free: boolean }>([
    { rule: 'is free when nobody asks', taken: [], queries: 2, free: true },
    { rule: 'is free beside another that leaves room', taken: [turn({})], queries: 2, free: true },
    {
      rule: 'waits while as many ask as may at once',
      taken: [turn({}), turn({ number: 1 })],
      queries: 2,
      free: false,
    },
    { rule: 'of one query waits as well', taken: [turn({ atOnce: 4 })], queries: 1, free: false },
    { rule: 'does not wait for one that has ended', taken: [turn({}), ended(0)], queries: 2, free: true },
    {
      rule: 'does not wait for one whose taker has died',
      taken: [turn({}), turn({ untilMs: nowMs - 1 })],
      queries: 2,
      free: true,
    },
    { rule: 'waits while the span is used up', taken: [ended(32_999, 159)], queries: 2, free: false },
    { rule: 'is free when the span has passed', taken: [ended(33_000, 159)], queries: 2, free: true },
    {
      rule: 'counts one whose taker died until its span has passed',
      taken: [turn({ queries: 159, untilMs: nowMs - 32_999 })],
      queries: 2,
      free: false,
    },
    { rule: 'of more queries than the limit takes all there is', taken: [], queries: 1_000, free: true },
    {
      rule: 'of more queries than the limit waits for an empty span',
      taken: [ended(1)],
      queries: 1_000,
      free: false,
    },
  ])('$rule', ({ taken, queries, free }) => {
    expect(nextTurn(taken, queries, nowMs, 20_000) !== null).toBe(free);
  });

  it('has the next number, and ends when its lease is over', () => {
    expect(nextTurn([ended(1), { ...ended(2), number: 7 }], 2, nowMs, 20_000)).toEqual({
      number: 8,
      queries: 2,
      atOnce: 2,
      untilMs: nowMs + 20_000,
      endedAtMs: null,
    });
  });

  it('runs no more queries at once than one identity may', () => {
    expect(nextTurn([], 50, nowMs, 20_000)).toMatchObject({ queries: 50, atOnce: turnLimits.atOnce });
  });
});

it.each([
  { rule: 'it runs', one: turn({}), forgotten: false },
  { rule: 'it has just ended', one: ended(0), forgotten: false },
  { rule: 'its span has passed', one: ended(turnLimits.withinMs), forgotten: true },
  { rule: 'its taker died long ago', one: turn({ untilMs: nowMs - turnLimits.withinMs }), forgotten: true },
])('a turn is forgotten, $rule: $forgotten', ({ one, forgotten }) => {
  expect(isForgotten(one, nowMs)).toBe(forgotten);
});
