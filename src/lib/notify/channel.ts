import type { Receiver } from '../policy/receiver.ts';
import type { Announcement } from './announcement.ts';
import type { Message } from './message.ts';

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

/** Sends by one kind of channel. Never throws for what the receiver does. */
export interface Sender {
  send(message: Message, receiver: Receiver, nowMs: number): Promise<SendResult>;
  announce(announcement: Announcement, receiver: Receiver, nowMs: number): Promise<SendResult>;
}
