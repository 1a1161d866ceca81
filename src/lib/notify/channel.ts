import type { Rate } from '../fields/quantities.ts';
import type { AttemptResult } from '../incident/afterAttempt.ts';
import type { Handle } from '../incident/handle.ts';
import type { ChannelSettings, Receiver } from '../policy/receiver.ts';
import type { OutgoingMessage } from './message.ts';

/** A channel's answer. */
export type SendResult = AttemptResult;

/** Sends to receivers of one kind. Never throws for what the receiver does. */
export interface Channel<Settings extends ChannelSettings> {
  /**
   * Answers within the receiver's `delivery.timeoutMs`.
   * @param handle what this channel's last answer about the incident left behind, its own kind alone; left out or null:
   *   nothing, as for an announcement. It may be older than the last request, which then had no answer.
   */
  send(
    message: OutgoingMessage,
    receiver: Receiver<Settings>,
    nowMs: number,
    handle?: Handle | null,
  ): Promise<SendResult>;
}

/** How fast a receiver may be told. */
export type Pacing = {
  /** What waits for a limit goes out as one digest; else each notice goes when its turn comes. */
  readonly merges: boolean;
  /** So many incidents fit in one digest, so that none is left unnamed; left out: any number. */
  readonly mostInDigest?: number | undefined;
  /** By name, each with what one message counts under it; none: as fast as notices come. */
  readonly limits: readonly {
    readonly name: string;
    readonly rates: readonly Rate[];
    readonly weight: number;
  }[];
};

/** Sends to receivers of every kind. */
export interface Channels {
  pacingOf(receiver: Receiver): Pacing;
  send(
    message: OutgoingMessage,
    receiver: Receiver,
    nowMs: number,
    handle?: Handle | null,
  ): Promise<SendResult>;
}
