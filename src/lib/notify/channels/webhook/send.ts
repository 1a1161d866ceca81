import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { webhookUrlFault } from '../../../config/webhookUrl.ts';
import type { Receiver } from '../../../policy/receiver.ts';
import type { Sender, SendResult } from '../../channel.ts';
import { readAnswer } from '../../delivery/httpAnswer.ts';
import { announcementBody } from '../../renderAnnouncement.ts';
import { durationInWords } from '../../words/durationInWords.ts';
import { lookupPublic, PrivateAddressError } from '../publicAddress.ts';
import { renderWebhook } from './render.ts';
import { sign } from './signature.ts';

const answerBytes = 64 * 1024;

/**
 * Sends a notice as a signed `POST` (Standard Webhooks). The status line is the answer: the body is read a little, so
 * that the receiver can finish, and thrown away. Redirects are never followed. Outside development only https to
 * public addresses; `node:https` and not fetch, because its `lookup` sees the address that is connected to.
 */
export function createWebhookSender({ development }: { readonly development: boolean }): Sender {
  async function post(id: string, body: object, receiver: Receiver, nowMs: number): Promise<SendResult> {
    if (receiver.channel.kind !== 'webhook')
      return { kind: 'failedPermanently', error: 'not a webhook receiver' };
    const { url, secret } = receiver.channel;
    const fault = webhookUrlFault(url, development);
    if (fault !== null) return { kind: 'failedPermanently', error: `the webhook's address ${fault}` };
    return request(
      { url: new URL(url), id, body: JSON.stringify(body), secret },
      receiver,
      nowMs,
      development,
    );
  }
  return {
    send: (message, receiver, nowMs) => post(message.noticeId, renderWebhook(message), receiver, nowMs),
    announce: (announcement, receiver, nowMs) =>
      post(announcement.id, announcementBody(announcement, nowMs), receiver, nowMs),
  };
}

type SignedPost = {
  readonly url: URL;
  readonly id: string;
  readonly body: string;
  readonly secret: string | null;
};

async function request(
  { url, id, body, secret }: SignedPost,
  receiver: Receiver,
  nowMs: number,
  development: boolean,
): Promise<SendResult> {
  const timestampSeconds = Math.floor(nowMs / 1000);
  const { timeoutMs } = receiver.delivery;
  const signal = AbortSignal.timeout(timeoutMs);
  let sent: ClientRequest | null = null;
  try {
    sent = (url.protocol === 'http:' ? requestHttp : requestHttps)(url, {
      method: 'POST',
      agent: false,
      signal,
      ...(development ? {} : { lookup: lookupPublic }),
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'user-agent': 'iothub-disconnect-responder',
        'webhook-id': id,
        'webhook-timestamp': String(timestampSeconds),
        ...(secret === null ? {} : { 'webhook-signature': sign(secret, id, timestampSeconds, body) }),
      },
    });
    sent.on('error', () => {});
    const answered = once(sent, 'response');
    sent.end(body);
    const [response] = (await answered) as [IncomingMessage];
    discard(response);
    return readAnswer(response.statusCode ?? 0, response.headers['retry-after'] ?? null, nowMs);
  } catch (fault) {
    if (fault instanceof PrivateAddressError) return { kind: 'failedPermanently', error: fault.message };
    return {
      kind: 'failedTemporarily',
      error: signal.aborted ? `no answer within ${durationInWords(timeoutMs)}` : faultInWords(fault),
      retryAfterMs: null,
      outcomeUnknown: sent?.writableFinished ?? false,
      timedOut: signal.aborted,
    };
  }
}

/** Lets the receiver finish its answer, within the time-out and some kilobytes. */
function discard(response: IncomingMessage): void {
  let bytes = 0;
  response
    .on('error', () => {})
    .on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > answerBytes) response.destroy();
    });
}

/** Names the fault by its code alone: messages of Node.js may quote the address. */
function faultInWords(fault: unknown): string {
  const code = fault instanceof Error && 'code' in fault ? String(fault.code) : 'unknown fault';
  const words: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'connection refused',
    ECONNRESET: 'connection broken',
    EPIPE: 'connection broken',
    ENOTFOUND: 'host name not found',
    EAI_AGAIN: 'host name could not be resolved',
    ETIMEDOUT: 'connection timed out',
  };
  const known = words[code];
  return known ? `${known} (${code})` : `no connection (${code})`;
}
