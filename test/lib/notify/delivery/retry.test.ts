import fc from 'fast-check';
import { expect, it } from 'vitest';
import { retryDelayMs } from '../../../../src/lib/notify/delivery/retry.ts';

const delivery = { timeoutMs: 10_000, retryFirstMs: 5_000, retryMaxMs: 900_000, giveUpAfterMs: 86_400_000 };

it.each([
  { attempts: 1, delayMs: 5_000 },
  { attempts: 2, delayMs: 10_000 },
  { attempts: 3, delayMs: 20_000 },
  { attempts: 8, delayMs: 640_000 },
  { attempts: 9, delayMs: 900_000 },
  { attempts: 5_000, delayMs: 900_000 },
])('after attempt $attempts the delay is $delayMs ms, before jitter', ({ attempts, delayMs }) => {
  expect(retryDelayMs(delivery, attempts, null, 0)).toBe(delayMs);
});

it.each([
  { rule: 'a longer Retry-After wins', retryAfterMs: 60_000, random: 0, delayMs: 60_000 },
  { rule: 'a shorter one does not', retryAfterMs: 1_000, random: 0, delayMs: 5_000 },
  { rule: 'jitter never shortens it', retryAfterMs: 60_000, random: 1, delayMs: 60_000 },
  {
    rule: 'it may be longer than the longest delay',
    retryAfterMs: 80_000_000,
    random: 0,
    delayMs: 80_000_000,
  },
  { rule: 'jitter shortens our own delay by a quarter', retryAfterMs: null, random: 1, delayMs: 3_750 },
])('$rule', ({ retryAfterMs, random, delayMs }) => {
  expect(retryDelayMs(delivery, 1, retryAfterMs, random)).toBe(delayMs);
});

it('lies between three quarters of the doubled delay and all of it', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 200 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (attempts, random) => {
        const whole = retryDelayMs(delivery, attempts, null, 0);
        const delayMs = retryDelayMs(delivery, attempts, null, random);
        expect(delayMs).toBeLessThanOrEqual(whole);
        expect(delayMs).toBeGreaterThanOrEqual(Math.floor(whole * 0.75));
      },
    ),
  );
});
