import type { Channel } from '../../channel.ts';
import { readAnswer } from '../../delivery/httpAnswer.ts';
import { httpPost } from '../../delivery/httpPost.ts';
import { idOf, isAnnouncement, type OutgoingMessage } from '../../message.ts';
import type { Installation } from '../channelKind.ts';
import { renderWebhook } from './render.ts';
import { announcementBody } from './renderAnnouncement.ts';
import type { WebhookSettings } from './settings.ts';
import { sign } from './signature.ts';

/**
 * Sends a notice as a signed `POST` (Standard Webhooks). The status line is the answer: the body is read a little, so
 * that the receiver can finish, and thrown away.
 */
export function openWebhook({ addresses }: Pick<Installation, 'addresses'>): Channel<WebhookSettings> {
  return {
    async send(message, { channel, delivery }, nowMs) {
      const body = JSON.stringify(bodyOf(message, nowMs));
      const reply = await httpPost(
        {
          url: channel.url,
          named: "the webhook's address",
          headers: headersOf(idOf(message), body, channel.secret, Math.floor(nowMs / 1000)),
          body,
          reads: false,
          timeoutMs: delivery.timeoutMs,
        },
        addresses(),
      );
      if (reply.kind === 'unanswered') return reply.result;
      return readAnswer(reply.status, reply.retryAfter, nowMs);
    },
  };
}

function bodyOf(message: OutgoingMessage, nowMs: number): object {
  return isAnnouncement(message) ? announcementBody(message, nowMs) : renderWebhook(message);
}

function headersOf(id: string, body: string, secret: string | null, timestampSeconds: number) {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestampSeconds),
    ...(secret === null ? {} : { 'webhook-signature': sign(secret, id, timestampSeconds, body) }),
  };
}
