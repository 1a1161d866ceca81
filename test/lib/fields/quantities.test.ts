import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatDuration,
  formatRate,
  parseDuration,
  parsePercentage,
  parseRate,
} from '../../../src/lib/fields/quantities.ts';

describe('parseDuration', () => {
  it.each([
    ['1s', 1_000],
    ['30s', 30_000],
    ['5m', 300_000],
    ['4h', 14_400_000],
    ['7d', 604_800_000],
    ['365d', 31_536_000_000],
  ])('reads %s as %i ms', (text, durationMs) => {
    expect(parseDuration(text)).toBe(durationMs);
  });

  it.each(['', '5', 's', '0s', '-5s', '1.5h', '5 m', '5M', '1h30m', '366d', '99999999999999999999d', '٣s'])(
    'refuses "%s"',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );

  it('reads back what formatDuration writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 31_536_000 }), (seconds) => {
        expect(parseDuration(formatDuration(seconds * 1_000))).toBe(seconds * 1_000);
      }),
    );
  });
});

describe('formatDuration', () => {
  it.each([
    [90_000, '90s'],
    [300_000, '5m'],
    [86_400_000, '1d'],
    [1_500, '2s'],
    [0, '0s'],
  ])('writes %i ms as %s', (durationMs, text) => {
    expect(formatDuration(durationMs)).toBe(text);
  });
});

describe('parsePercentage', () => {
  it.each([
    ['0%', 0],
    ['50%', 0.5],
    ['33.3%', 0.333],
    ['100%', 1],
    ['100.1%', undefined],
    ['0.5', undefined],
    ['-1%', undefined],
    ['50 %', undefined],
  ])('reads %s as %s', (text, share) => {
    if (share === undefined) expect(parsePercentage(text)).toBeUndefined();
    else expect(parsePercentage(text)).toBeCloseTo(share, 12);
  });
});

describe('parseRate', () => {
  it.each([
    ['10 per 1h', { count: 10, windowMs: 3_600_000 }],
    ['5 per 1m', { count: 5, windowMs: 60_000 }],
    ['1 per 90s', { count: 1, windowMs: 90_000 }],
  ])('reads %s, and formatRate writes it', (text, rate) => {
    expect(parseRate(text)).toEqual(rate);
    expect(formatRate(rate)).toBe(text);
  });

  it.each([
    '',
    '10',
    '10/1h',
    '0 per 1h',
    '1001 per 1h',
    '-1 per 1h',
    '1.5 per 1h',
    '10 per h',
    '10 per 0s',
    '10  per 1h',
  ])('refuses "%s"', (text) => {
    expect(parseRate(text)).toBeUndefined();
  });
});
