import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { PrivateAddressError, resolveAllowed } from '../../../outgoing/addressGuard.ts';
import { answering, perAddressMs } from '../../../outgoing/connectPatience.ts';
import { untilAborted } from '../../../outgoing/untilAborted.ts';
import type { Receiver } from '../../../policy/receiver.ts';
import type { Channel, SendResult } from '../../channel.ts';
import { readAnswer } from '../../delivery/httpAnswer.ts';
import { idOf, isAnnouncement, type OutgoingMessage } from '../../message.ts';
import { durationInWords } from '../../words/durationInWords.ts';
import type { Installation } from '../channelKind.ts';
import { webhookUrlFault } from '../webhookUrl.ts';
import { renderWebhook } from './render.ts';
import { announcementBody } from './renderAnnouncement.ts';
import type { WebhookSettings } from './settings.ts';
import { sign } from './signature.ts';

const answerBytes = 64 * 1024;

/**
 * Sends a notice as a signed `POST` (Standard Webhooks). The status line is the answer: the body is read a little, so
 * that the receiver can finish, and thrown away. Redirects are never followed. Outside development only https, to public
 * addresses or hosts that the rules allow; `node:https` and not fetch, because its `lookup` decides what is connected to.
 */
export function openWebhook({ addresses }: Pick<Installation, 'addresses'>): Channel<WebhookSettings> {
  return {
    async send(message, receiver, nowMs) {
      const rules = addresses();
      const { url } = receiver.channel;
      const fault = webhookUrlFault(url, rules);
      if (fault !== null) return { kind: 'failedPermanently', error: `the webhook's address ${fault}` };
      const signal = AbortSignal.timeout(receiver.delivery.timeoutMs);
      try {
        const reached = await untilAborted(signal, resolveAllowed(new URL(url).hostname, rules));
        return await post(message, receiver, reached, signal, nowMs);
      } catch (fault) {
        if (!(fault instanceof PrivateAddressError)) return withoutAnswer(fault, receiver, signal, false);
        return { kind: 'failedPermanently', error: `the webhook's address: ${fault.message}` };
      }
    },
  };
}

async function post(
  message: OutgoingMessage,
  receiver: Receiver<WebhookSettings>,
  addresses: readonly LookupAddress[],
  signal: AbortSignal,
  nowMs: number,
): Promise<SendResult> {
  const url = new URL(receiver.channel.url);
  const body = JSON.stringify(bodyOf(message, nowMs));
  let sent: ClientRequest | null = null;
  try {
    const protocol = url.protocol === 'http:' ? http : https;
    sent = protocol.request(url, {
      method: 'POST',
      signal,
      // Of its own: a connection that waited for reuse could be broken by now.
      agent: new protocol.Agent({
        lookup: answering(addresses),
        autoSelectFamily: true,
        autoSelectFamilyAttemptTimeout: perAddressMs(receiver.delivery.timeoutMs, addresses.length),
      }),
      headers: headersOf(idOf(message), body, receiver.channel.secret, Math.floor(nowMs / 1000)),
    });
    sent.on('error', () => {});
    const answered = once(sent, 'response');
    sent.end(body);
    const [response] = (await answered) as [IncomingMessage];
    discard(response);
    return readAnswer(response.statusCode ?? 0, response.headers['retry-after'] ?? null, nowMs);
  } catch (fault) {
    return withoutAnswer(fault, receiver, signal, sent?.writableFinished ?? false);
  }
}

function bodyOf(message: OutgoingMessage, nowMs: number): object {
  return isAnnouncement(message) ? announcementBody(message, nowMs) : renderWebhook(message);
}

function headersOf(id: string, body: string, secret: string | null, timestampSeconds: number) {
  return {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'user-agent': 'iothub-disconnect-responder',
    'webhook-id': id,
    'webhook-timestamp': String(timestampSeconds),
    ...(secret === null ? {} : { 'webhook-signature': sign(secret, id, timestampSeconds, body) }),
  };
}

function withoutAnswer(
  fault: unknown,
  { delivery }: Receiver<WebhookSettings>,
  { aborted }: AbortSignal,
  outcomeUnknown: boolean,
): SendResult {
  return {
    kind: 'failedTemporarily',
    error: aborted ? `no answer within ${durationInWords(delivery.timeoutMs)}` : faultInWords(fault),
    retryAfterMs: null,
    outcomeUnknown,
    timedOut: aborted,
  };
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
