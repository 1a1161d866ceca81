import type { Message } from '../../src/lib/notify/message.ts';
import type { Answer } from '../simulation/edges.ts';
import { start } from './events.ts';
import { offsetMs } from './offsetMs.ts';

export const accepts: Answer = { result: { kind: 'sent' }, heard: true };

export const refuses: Answer = { result: { kind: 'failedPermanently', error: 'HTTP 400' }, heard: false };

export const isBusy: Answer = {
  result: {
    kind: 'failedTemporarily',
    error: 'HTTP 503',
    retryAfterMs: null,
    outcomeUnknown: false,
    timedOut: false,
  },
  heard: false,
};

/** No answer until the time-out of ten seconds; the request may have been read or not. */
export const hangs: Answer = {
  result: {
    kind: 'failedTemporarily',
    error: 'timed out',
    retryAfterMs: null,
    outcomeUnknown: true,
    timedOut: true,
  },
  heard: false,
  afterMs: 10_000,
};

/** The receivers named answer so from one time to another, and accept at other times; everybody else accepts. */
export function duringWhich(
  answer: Answer,
  from: string,
  to: string,
  ...receivers: readonly string[]
): (message: Message, nowMs: number) => Answer {
  const [fromMs, toMs] = [start + offsetMs(from), start + offsetMs(to)];
  return (message, nowMs) =>
    receivers.includes(message.receiver) && nowMs >= fromMs && nowMs < toMs ? answer : accepts;
}
