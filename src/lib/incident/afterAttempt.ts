import type { Delivery } from '../policy/receiver.ts';
import type { Handle } from './handle.ts';
import type { Notice, Told, ToldFacts } from './incident.ts';
import { factsAfterFailure, mergeFacts } from './ledger.ts';
import type { Reason } from './reasons.ts';

/**
 * A receiver's answer. Every `error` names the status or the fault and holds no secret.
 *
 * `handle` is what the channel must know at its next call about the incident, also after a failure, because a message in
 * several steps may be half done. Absent: what it knew stays; null: that is forgotten.
 */
export type AttemptResult = (
  | ({ readonly kind: 'sent' } & Arrival)
  /** It was told, but for a part that will never arrive: one of the recipients, one of the steps. Its fallback is due. */
  | ({ readonly kind: 'sentPartly'; readonly error: string } & Arrival)
  | {
      readonly kind: 'failedTemporarily';
      readonly error: string;
      /** What the receiver asked for, milliseconds; null: nothing. */
      readonly retryAfterMs: number | null;
      /**
       * It may believe what it was told all the same: no answer came back (time-out, broken connection), or a part of
       * the recipients or steps is done.
       */
      readonly outcomeUnknown: boolean;
      readonly timedOut: boolean;
      /** It has had too much: without a `retryAfterMs` it is left alone for this notice's own delay. Absent: no. */
      readonly throttled?: true;
      /** A part of it is refused for good: its fallback is due. Absent: no. */
      readonly refusedInPart?: true;
    }
  | {
      readonly kind: 'failedPermanently';
      readonly error: string;
      /**
       * The receiver has taken it, but what is left only a person can do: nothing is tried again, and `ops` is told what.
       * Absent: trying again may help, after somebody has mended something.
       */
      readonly hopeless?: true;
    }
) & { readonly handle?: Handle | null };

/** `someHeardEarlier`: some of its recipients got an earlier attempt, in its wording of then. Absent: none. */
type Arrival = { readonly someHeardEarlier?: true };

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
  readonly outcome: 'sent' | 'sentPartly' | 'again' | 'failed';
  readonly delayMs: number;
};

/**
 * What an attempt leads to.
 *
 * - Whatever may have been read counts as told to the end, also when the last attempt fails for good.
 * - An end that is refused is tried again until `giveUpAfter`, unless that is hopeless: somebody may wait for it. Its
 *   fallback is due at once.
 * - The fallback of a receiver that was told in part is due at once, too.
 *
 * @param retryMs the delay before the next attempt after this failure
 */
export function afterAttempt(attempt: Attempt, retryMs: number, nowMs: number): AfterAttempt {
  const { notice, possiblyBefore, facts, result, delivery } = attempt;
  const tried = { ...attempt.told, firstAttemptAtMs: attempt.told.firstAttemptAtMs ?? nowMs };
  const told = withHandle(tried, result.handle);
  const released: Notice = { ...notice, leasedUntilMs: 0 };
  const final = notice.kind === 'final';
  if (result.kind === 'sent' || result.kind === 'sentPartly') {
    const lastError = result.kind === 'sent' ? null : result.error;
    return {
      outcome: result.kind,
      delayMs: 0,
      notice: { ...released, state: 'sent', reason: attempt.reason, lastError, finishedAtMs: nowMs },
      told: {
        ...heard(told, result.someHeardEarlier ? mergeFacts(possiblyBefore, facts) : facts, nowMs),
        status: final ? 'closed' : 'told',
        unconfirmed: false,
        failedForGood: result.kind === 'sentPartly',
      },
    };
  }
  const unknown = result.kind === 'failedTemporarily' && result.outcomeUnknown;
  // The claim has noted these facts; a receiver that refused them has not taken them in.
  const possiblyDelivered = unknown ? notice.possiblyDelivered : possiblyBefore;
  const refused = result.kind === 'failedPermanently';
  const partRefused = result.kind === 'failedTemporarily' && result.refusedInPart === true;
  const delayMs = refused ? delivery.retryMaxMs : retryMs;
  const hopeless = result.kind === 'failedPermanently' && result.hopeless === true;
  const countsFromMs = notice.createdAtMs + (notice.limitedMs ?? 0);
  const givesUp = hopeless || nowMs + delayMs > countsFromMs + delivery.giveUpAfterMs;
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
      failedForGood: told.failedForGood || refused || partRefused,
    },
  };
}

function withHandle({ handle: before, ...told }: Told, after: Handle | null | undefined): Told {
  const handle = after === undefined ? before : after;
  return handle ? { ...told, handle } : told;
}

function heard(told: Told, facts: ToldFacts, nowMs: number): Told {
  return { ...told, facts, lastNoticeAtMs: nowMs, pendingNoticeId: null, failingSinceMs: null };
}
