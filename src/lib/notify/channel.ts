import type { ChannelSettings, Receiver } from '../policy/receiver.ts';
import type { OutgoingMessage } from './message.ts';

/**
 * A channel's answer. `outcomeUnknown`: the request may have reached the receiver although no answer came back
 * (time-out, broken connection), so that the receiver may believe what it says.
 */
export type SendResult =
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

/** Sends to receivers of one kind. Never throws for what the receiver does. */
export interface Channel<Settings extends ChannelSettings> {
  /** Answers within the receiver's `delivery.timeoutMs`. */
  send(message: OutgoingMessage, receiver: Receiver<Settings>, nowMs: number): Promise<SendResult>;
}

/** Sends to receivers of every kind. */
export interface Channels {
  send(message: OutgoingMessage, receiver: Receiver, nowMs: number): Promise<SendResult>;
}
