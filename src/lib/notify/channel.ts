import type { AttemptResult } from '../incident/afterAttempt.ts';
import type { Receiver } from '../policy/receiver.ts';
import type { Announcement } from './announcement.ts';
import type { Message } from './message.ts';

/** A channel's answer. */
export type SendResult = AttemptResult;

/** Sends by one kind of channel. Never throws for what the receiver does. */
export interface Sender {
  send(message: Message, receiver: Receiver, nowMs: number): Promise<SendResult>;
  announce(announcement: Announcement, receiver: Receiver, nowMs: number): Promise<SendResult>;
}
