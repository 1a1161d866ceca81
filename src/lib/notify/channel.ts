import type { AttemptResult } from '../incident/afterAttempt.ts';
import type { ChannelSettings, Receiver } from '../policy/receiver.ts';
import type { OutgoingMessage } from './message.ts';

/** A channel's answer. */
export type SendResult = AttemptResult;

/** Sends to receivers of one kind. Never throws for what the receiver does. */
export interface Channel<Settings extends ChannelSettings> {
  /** Answers within the receiver's `delivery.timeoutMs`. */
  send(message: OutgoingMessage, receiver: Receiver<Settings>, nowMs: number): Promise<SendResult>;
}

/** Sends to receivers of every kind. */
export interface Channels {
  send(message: OutgoingMessage, receiver: Receiver, nowMs: number): Promise<SendResult>;
}
