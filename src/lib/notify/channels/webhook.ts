import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Receiver } from '../../config/config.ts';
import { webhookUrlFault } from '../../config/webhookUrl.ts';
import type { Sender, SendResult } from '../channel.ts';
import { durationInWords } from '../durationInWords.ts';
import { readAnswer } from '../httpAnswer.ts';
import type { Message } from '../message.ts';
import { renderWebhook } from '../renderWebhook.ts';
import { lookupPublic, PrivateAddressError } from './publicAddress.ts';
import { sign } from './signature.ts';

const answerBytes = 64 * 1024;

/**
 * Sends a notice as a signed `POST` (Standard Webhooks). The status line is the answer: the body is read a little, so
 * that the receiver can finish, and thrown away. Redirects are never followed. Outside development only https to
 * public addresses; `node:https` and not fetch, because its `lookup` sees the address that is connected to.
 */
export function createWebhookSender({ development }: { readonly development: boolean }): Sender {
  return {
    async send(message, receiver, nowMs) {
      if (receiver.channel.kind !== 'webhook')
        return { kind: 'failedPermanently', error: 'not a webhook receiver' };
      const { url, secret } = receiver.channel;
      const fault = webhookUrlFault(url, development);
      if (fault !== null) return { kind: 'failedPermanently', error: `the webhook's address ${fault}` };
      return post(new URL(url), message, secret, receiver, nowMs, development);
    },
  };
}

async function post(
  url: URL,
  message: Message,
  secret: string | null,
  receiver: Receiver,
  nowMs: number,
  development: boolean,
): Promise<SendResult> {
  const body = JSON.stringify(renderWebhook(message));
  const timestampSeconds = Math.floor(nowMs / 1000);
  const { timeoutMs } = receiver.delivery;
  const signal = AbortSignal.timeout(timeoutMs);
  let request: ClientRequest | null = null;
  try {
    request = (url.protocol === 'http:' ? requestHttp : requestHttps)(url, {
      method: 'POST',
      agent: false,
      signal,
      ...(development ? {} : { lookup: lookupPublic }),
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'user-agent': 'iothub-disconnect-responder',
        'webhook-id': message.noticeId,
        'webhook-timestamp': String(timestampSeconds),
        ...(secret === null
          ? {}
          : { 'webhook-signature': sign(secret, message.noticeId, timestampSeconds, body) }),
      },
    });
    request.on('error', () => {});
    const answered = once(request, 'response');
    request.end(body);
    const [response] = (await answered) as [IncomingMessage];
    discard(response);
    return readAnswer(response.statusCode ?? 0, response.headers['retry-after'] ?? null, nowMs);
  } catch (fault) {
    if (fault instanceof PrivateAddressError) return { kind: 'failedPermanently', error: fault.message };
    return {
      kind: 'failedTemporarily',
      error: signal.aborted ? `no answer within ${durationInWords(timeoutMs)}` : faultInWords(fault),
      retryAfterMs: null,
      outcomeUnknown: request?.writableFinished ?? false,
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
