import type { Sender } from '../channel.ts';
import { createEmailSender, type EmailSettings } from './email/send.ts';
import { createWebhookSender } from './webhook/send.ts';

/** What the channels need to know of the installation; `development` accepts http and local addresses. */
export type SenderSettings = {
  readonly email: Omit<EmailSettings, 'development'>;
  readonly development: boolean;
};

/** A sender for every kind of channel. */
export function createSenders({ email, development }: SenderSettings): Sender {
  const senders = {
    email: createEmailSender({ ...email, development }),
    webhook: createWebhookSender({ development }),
  } as const;
  return {
    send: (message, receiver, nowMs) => senders[receiver.channel.kind].send(message, receiver, nowMs),
    announce: (announcement, receiver, nowMs) =>
      senders[receiver.channel.kind].announce(announcement, receiver, nowMs),
  };
}
