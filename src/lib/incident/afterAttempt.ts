import type { Delivery } from '../policy/receiver.ts';
import type { Notice, Told, ToldFacts } from './incident.ts';
import { factsAfterFailure } from './ledger.ts';
import type { Reason } from './reasons.ts';

/**
 * A receiver's answer. `outcomeUnknown`: the request may have reached it although no answer came back (time-out,
 * broken connection), so that it may believe what it was told.
 */
export type AttemptResult =
  | { readonly kind: 'sent' }
  | {
      readonly kind: 'failedTemporarily';
      /** Names the status or the fault; holds no secret. */
      readonly error: string;
      /** What the receiver asked for, milliseconds; null: nothing. */
      readonly retryAfterMs: number | null;
      readonly outcomeUnknown: boolean;
      readonly timedOut: boolean;
    }
  | { readonly kind: 'failedPermanently'; readonly error: string };

/** One request to a receiver and its answer. */
export type Attempt = {
  /** The notice as it was claimed. */
  readonly notice: Notice;
  /** What it may have been read of before this attempt. */
  readonly possiblyBefore: ToldFacts | null;
  readonly told: Told;
  /** What this attempt said. */
  readonly facts: ToldFacts;
  readonly reason: Reason;
  readonly result: AttemptResult;
  readonly delivery: Delivery;
};

/** What is stored, and what follows. `again`: the notice is tried once more after that time. */
export type AfterAttempt = {
  readonly notice: Notice;
  readonly told: Told;
  readonly outcome: 'sent' | 'again' | 'failed';
  readonly delayMs: number;
};

/**
 * What an attempt leads to.
 *
 * - Whatever may have been read counts as told to the end, also when the last attempt fails for good.
 * - An end that is refused is tried again until `giveUpAfter`: somebody may wait for it. Its fallback is due at once.
 *
 * @param retryMs the delay before the next attempt after this failure
 */
export function afterAttempt(attempt: Attempt, retryMs: number, nowMs: number): AfterAttempt {
  const { notice, possiblyBefore, told, facts, result, delivery } = attempt;
  const released: Notice = { ...notice, leasedUntilMs: 0 };
  const final = notice.kind === 'final';
  if (result.kind === 'sent') {
    return {
      outcome: 'sent',
      delayMs: 0,
      notice: { ...released, state: 'sent', reason: attempt.reason, lastError: null, finishedAtMs: nowMs },
      told: {
        ...heard(told, facts, nowMs),
        status: final ? 'closed' : 'told',
        unconfirmed: false,
        failedForGood: false,
      },
    };
  }
  const unknown = result.kind === 'failedTemporarily' && result.outcomeUnknown;
  // The claim has noted these facts; a receiver that refused them has not taken them in.
  const possiblyDelivered = unknown ? notice.possiblyDelivered : possiblyBefore;
  const refused = result.kind === 'failedPermanently';
  const delayMs = refused ? delivery.retryMaxMs : retryMs;
  const givesUp = nowMs + delayMs > notice.createdAtMs + delivery.giveUpAfterMs;
  if (givesUp || (refused && !final)) {
    const mayKnow = told.status === 'told' || possiblyDelivered !== null;
    return {
      outcome: 'failed',
      delayMs: 0,
      notice: {
        ...released,
        state: 'failed',
        lastError: result.error,
        possiblyDelivered,
        finishedAtMs: nowMs,
      },
      told: {
        ...heard(told, factsAfterFailure(possiblyDelivered, facts), nowMs),
        status: final ? 'closed' : mayKnow ? 'told' : told.status,
        unconfirmed: told.status === 'untold' ? mayKnow : (told.unconfirmed ?? false),
        failedForGood: true,
      },
    };
  }
  return {
    outcome: 'again',
    delayMs,
    notice: { ...released, lastError: result.error, dueAtMs: nowMs + delayMs, possiblyDelivered },
    told: {
      ...told,
      failingSinceMs: told.failingSinceMs ?? nowMs,
      failedForGood: told.failedForGood || refused,
    },
  };
}

function heard(told: Told, facts: ToldFacts, nowMs: number): Told {
  return { ...told, facts, lastNoticeAtMs: nowMs, pendingNoticeId: null, failingSinceMs: null };
}
