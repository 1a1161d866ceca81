import type { Delivery } from '../../policy/receiver.ts';

/** Jitter shortens a delay by at most this share. */
const jitterShare = 0.25;

/**
 * How long to wait after the n-th failed attempt: delays double from `retryFirst` to `retryMax`. What the receiver
 * asked for wins where it is longer, and is never shortened.
 *
 * @param random 0 to 1
 */
export function retryDelayMs(
  delivery: Delivery,
  attempts: number,
  retryAfterMs: number | null,
  random: number,
): number {
  const doubled = delivery.retryFirstMs * 2 ** Math.min(attempts - 1, 30);
  const delayMs = Math.min(doubled, delivery.retryMaxMs) * (1 - jitterShare * random);
  return Math.round(Math.max(delayMs, retryAfterMs ?? 0));
}
