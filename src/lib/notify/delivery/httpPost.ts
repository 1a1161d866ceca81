import { once } from 'node:events';
import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { type AddressRules, PrivateAddressError } from '../../outgoing/addressGuard.ts';
import { perAddressMs } from '../../outgoing/connectPatience.ts';
import { connecting, type Reached, reach } from '../../outgoing/environmentProxy.ts';
import { untilAborted } from '../../outgoing/untilAborted.ts';
import type { SendResult } from '../channel.ts';
import { webhookUrlFault } from '../channels/webhookUrl.ts';
import { durationInWords } from '../words/durationInWords.ts';

/** One request to a receiver. */
export type HttpPost = {
  /** Left out: `POST`. */
  readonly method?: 'GET' | 'POST';
  readonly url: string;
  /** What errors call the address: `the webhook's address`. */
  readonly named: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whether the answer's body is read, up to 64 KB, or thrown away. */
  readonly reads: boolean;
  readonly timeoutMs: number;
  /** Shared by the requests of one attempt, so that they end together; left out: `timeoutMs` from now on. */
  readonly signal?: AbortSignal;
};

/** What came back; `unanswered` is what that means for the notice. */
export type HttpReply =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly retryAfter: string | null;
      /** Empty unless it is read. */
      readonly body: string;
    }
  | { readonly kind: 'unanswered'; readonly result: SendResult };

const answerBytes = 64 * 1024;

/**
 * Posts to an address that somebody configured. Redirects are never followed. Outside development only https, to public
 * addresses or hosts that the rules allow; `node:https` and not fetch, because its `lookup` decides what is connected to.
 * Where the environment names a proxy the request goes through it, and a name that we can look up must be allowed all the same.
 */
export async function httpPost(request: HttpPost, rules: AddressRules): Promise<HttpReply> {
  const { url, named, timeoutMs } = request;
  const fault = webhookUrlFault(url, rules);
  if (fault !== null) return refused(`${named} ${fault}`);
  const signal = request.signal ?? AbortSignal.timeout(timeoutMs);
  try {
    const reached = await untilAborted(signal, reach(new URL(url), rules, process.env));
    return await post(request, reached, signal);
  } catch (fault) {
    if (fault instanceof PrivateAddressError) return refused(`${named}: ${fault.message}`);
    return withoutAnswer(fault, timeoutMs, signal, false);
  }
}

async function post(
  { method = 'POST', url: text, headers, body, reads, timeoutMs }: HttpPost,
  reached: Reached,
  signal: AbortSignal,
): Promise<HttpReply> {
  const url = new URL(text);
  let sent: ClientRequest | null = null;
  try {
    const protocol = url.protocol === 'http:' ? http : https;
    sent = protocol.request(url, {
      method,
      signal,
      // Of its own: a connection that waited for reuse could be broken by now.
      agent: new protocol.Agent({
        ...connecting(url, reached, process.env),
        autoSelectFamily: true,
        autoSelectFamilyAttemptTimeout: perAddressMs(
          timeoutMs,
          reached instanceof Error ? 1 : reached.length,
        ),
      }),
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'user-agent': 'iothub-disconnect-responder',
        ...headers,
      },
    });
    sent.on('error', () => {});
    const answered = once(sent, 'response');
    sent.end(body);
    const [response] = (await answered) as [IncomingMessage];
    const read = reads ? await textOf(response) : discard(response);
    return {
      kind: 'answered',
      status: response.statusCode ?? 0,
      retryAfter: response.headers['retry-after'] ?? null,
      body: read,
    };
  } catch (fault) {
    return withoutAnswer(fault, timeoutMs, signal, sent?.writableFinished ?? false);
  }
}

function refused(error: string): HttpReply {
  return { kind: 'unanswered', result: { kind: 'failedPermanently', error } };
}

function withoutAnswer(
  fault: unknown,
  timeoutMs: number,
  { aborted }: AbortSignal,
  outcomeUnknown: boolean,
): HttpReply {
  return {
    kind: 'unanswered',
    result: {
      kind: 'failedTemporarily',
      error: aborted ? `no answer within ${durationInWords(timeoutMs)}` : faultInWords(fault),
      retryAfterMs: null,
      outcomeUnknown,
      timedOut: aborted,
    },
  };
}

/** The beginning of an answer; what is beyond is never read. */
async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > answerBytes) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Lets the receiver finish its answer, within the time-out and some kilobytes. */
function discard(response: IncomingMessage): '' {
  let bytes = 0;
  response
    .on('error', () => {})
    .on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > answerBytes) response.destroy();
    });
  return '';
}

const faults: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection broken',
  EPIPE: 'connection broken',
  ENOTFOUND: 'host name not found',
  EAI_AGAIN: 'host name could not be resolved',
  ETIMEDOUT: 'connection timed out',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  CERT_REVOKED: 'its certificate was revoked',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by nobody that is trusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by nobody that is trusted',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate is signed by nobody that is trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is signed by nobody that is trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'it does not send the certificates that lead to a trusted one',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host name',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS there',
  ERR_PROXY_TUNNEL: 'the proxy did not let it through',
  ERR_PROXY_INVALID_CONFIG: 'the address of the proxy is not valid',
  EPROTO: 'no TLS connection could be agreed on',
};

/** Names the fault by its code alone: messages of Node.js may quote the address. */
export function faultInWords(fault: unknown): string {
  const code = fault instanceof Error && 'code' in fault ? String(fault.code) : 'unknown fault';
  const known = faults[code] ?? (/^ERR_(SSL|TLS)_/.test(code) ? faults.EPROTO : undefined);
  return known ? `${known} (${code})` : `no connection (${code})`;
}
