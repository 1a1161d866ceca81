import type { EmailClient, EmailMessage, EmailSendOptionalParams } from '@azure/communication-email';
import { appCredential } from '../../../identity/appCredential.ts';
import { connectPatience } from '../../../outgoing/connectPatience.ts';
import { untilAborted } from '../../../outgoing/untilAborted.ts';
import type { Channel, SendResult } from '../../channel.ts';
import { readAnswer } from '../../delivery/httpAnswer.ts';
import { idOf, isAnnouncement, isDigest, type OutgoingMessage } from '../../message.ts';
import { durationInWords } from '../../words/durationInWords.ts';
import type { Installation } from '../channelKind.ts';
import { bodyOf } from './bodyOf.ts';
import { mailIdOf } from './mailId.ts';
import { messageIdOf } from './messageId.ts';
import type { Email } from './render.ts';
import type { EmailSettings } from './settings.ts';
import { uuidOf } from './uuidOf.ts';

/** Where mails are handed over. A connection string wins over an endpoint with a managed identity. */
type Service = {
  readonly connectionString: string | null;
  readonly endpoint: string | null;
  /** The verified address that mails come from. */
  readonly sender: string | null;
  /** Accepts plain http. */
  readonly development: boolean;
};

type RawResponse = Parameters<NonNullable<EmailSendOptionalParams['onResponse']>>[0];

/** What the service was seen to answer during one hand-over. */
type Seen = { posted: RawResponse | null; failedWith: string | null };

// The service remembers a repeatable request for five minutes and refuses an older `First-Sent` with 412
// (docs/platform.md#repeated-mails); a minute is left for clocks that differ.
const firstSentSlotMs = 4 * 60 * 1000;

/**
 * Sends a notice by Azure Communication Services. `sent` means handed over for delivery: the operation is not followed
 * to its end, since each look costs quota (docs/platform.md#limits-of-mail), but one that has failed at once is a failure.
 */
export function openAcs({ setting, addresses }: Installation): Channel<EmailSettings> {
  const service: Service = {
    connectionString: setting('COMMUNICATION_SERVICES_CONNECTION_STRING'),
    endpoint: setting('COMMUNICATION_SERVICES_ENDPOINT'),
    sender: setting('EMAIL_SENDER'),
    development: addresses().development,
  };
  let made: Promise<EmailClient> | null = null;
  const client = (): Promise<EmailClient> => {
    made ??= makeClient(service).catch((error: unknown) => {
      made = null;
      throw error;
    });
    return made;
  };
  return {
    async send(message, receiver, nowMs) {
      const { sender } = service;
      const missing = missingSetting(service);
      if (missing !== null || sender === null)
        return failedPermanently(`email is not set up: ${missing} is missing`);
      const { timeoutMs } = receiver.delivery;
      const signal = AbortSignal.timeout(timeoutMs);
      const messageId = messageIdOf(idOf(message), sender);
      const mail = mailOf(bodyOf(message, receiver.name), messageId, sender, receiver.channel.to);
      const seen: Seen = { posted: null, failedWith: null };
      let opened: EmailClient | null = null;
      try {
        opened = await untilAborted(signal, client());
        const handOver = opened.beginSend(mail, {
          operationId: operationIdOf(message),
          abortSignal: signal,
          requestOptions: {
            customHeaders: repeatability(idOf(message), mail, nowMs),
            timeout: timeoutMs,
          },
          onResponse: (response) => observe(seen, response),
        });
        await untilAborted(signal, handOver);
        return outcome(seen, nowMs) ?? { kind: 'sent' };
      } catch (fault) {
        if (fault instanceof SettingError) return failedPermanently(fault.message);
        if (opened === null) return notOpened(fault, signal.aborted, timeoutMs);
        return outcome(seen, nowMs) ?? withoutAnswer(fault, signal.aborted, timeoutMs);
      }
    },
  };
}

/** Reports on the mail name this id. That of a digest leads to its first incident. */
function operationIdOf(message: OutgoingMessage): string {
  if (isAnnouncement(message)) return uuidOf(message.id);
  const { incidentId } = isDigest(message) ? message.incidents[0]! : message;
  return mailIdOf(incidentId, message.noticeId);
}

function mailOf(email: Email, messageId: string, senderAddress: string, to: readonly string[]): EmailMessage {
  return {
    senderAddress,
    recipients: { to: to.map((address) => ({ address })) },
    content: { subject: email.subject, plainText: email.text, html: email.html },
    headers: { ...email.headers, 'Message-ID': messageId },
    disableUserEngagementTracking: true,
  };
}

function missingSetting({ connectionString, endpoint, sender }: Service): string | null {
  if (connectionString === null && endpoint === null) {
    return 'COMMUNICATION_SERVICES_CONNECTION_STRING or COMMUNICATION_SERVICES_ENDPOINT';
  }
  return sender === null ? 'EMAIL_SENDER' : null;
}

/** Thrown when a setting is present but unusable. */
class SettingError extends Error {
  override readonly name = 'SettingError';
}

/** @throws {SettingError} for a setting that cannot be used; whatever keeps a package from being loaded */
async function makeClient(service: Service): Promise<EmailClient> {
  const { connectionString } = service;
  const [{ EmailClient }, credential] = await Promise.all([
    import('@azure/communication-email'),
    connectionString === null ? appCredential() : null,
  ]);
  const options = {
    // Retries are the queue's business; the client would sleep for any Retry-After.
    retryOptions: { maxRetries: 0 },
    redirectOptions: { maxRetries: 0 },
    allowInsecureConnection: service.development,
    // After the policy that may have chosen a proxy.
    additionalPolicies: [{ policy: connectPatience, position: 'perRetry' as const }],
  };
  const address = connectionString ?? service.endpoint ?? '';
  try {
    if (/^(.*endpoint=)?http:/i.test(address) && !service.development) throw new Error('plain http');
    return credential === null
      ? new EmailClient(address, options)
      : new EmailClient(address, credential, options);
  } catch {
    throw new SettingError(
      credential === null
        ? 'COMMUNICATION_SERVICES_CONNECTION_STRING is not valid: endpoint=https://…;accesskey=… is accepted'
        : 'COMMUNICATION_SERVICES_ENDPOINT is not valid: https://<name>.communication.azure.com is accepted',
    );
  }
}

/**
 * Headers by which the service recognises a repeat. The service answers 400 to a known id with another body, and a
 * later attempt may carry newer facts: so the id stands for the notice and the mail. The first-sent time is that of
 * a four-minute slot, so that a repeat after a crash names the same.
 */
function repeatability(noticeId: string, mail: object, nowMs: number): Record<string, string> {
  return {
    'Repeatability-Request-Id': uuidOf(JSON.stringify([noticeId, mail])),
    'Repeatability-First-Sent': new Date(nowMs - (nowMs % firstSentSlotMs)).toUTCString(),
  };
}

function observe(seen: Seen, response: RawResponse): void {
  if (response.request.method === 'POST') seen.posted = response;
  const status: unknown = response.parsedBody?.status;
  if (status === 'Failed' || status === 'Canceled')
    seen.failedWith = codeOf(response.parsedBody?.error) ?? status;
}

/**
 * Refusals that may pass. 401, 403: a role that is still spreading, a clock, a key that is being rotated. 409: the first
 * request of this id is still running; 412: its first-sent time is too old.
 */
const passing: ReadonlySet<number> = new Set([401, 403, 409, 412]);

/** What the answers mean; null: there was none to the hand-over itself. */
function outcome({ posted, failedWith }: Seen, nowMs: number): SendResult | null {
  if (failedWith !== null) return failedPermanently(`the email service refused the mail: ${failedWith}`);
  if (posted === null) return null;
  const { status } = posted;
  const read = passing.has(status) ? 503 : status;
  const answer = readAnswer(read, posted.headers.get('retry-after') ?? null, nowMs);
  if (answer.kind === 'sent') return answer;
  const code = codeOf(posted.parsedBody?.error);
  return { ...answer, error: code === null ? `HTTP ${status}` : `HTTP ${status} ${code}` };
}

/** Only the code: messages of the service may quote addresses. */
function codeOf(error: unknown): string | null {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  return typeof code === 'string' && /^\w{1,80}$/.test(code) ? code : null;
}

/** The client's package or that of the identity could not be loaded: no mail was handed to anybody. */
function notOpened(fault: unknown, timedOut: boolean, timeoutMs: number): SendResult {
  const why = timedOut ? `not within ${durationInWords(timeoutMs)}` : (codeOf(fault) ?? 'unknown fault');
  return {
    kind: 'failedTemporarily',
    error: `the client of the email service could not be loaded (${why})`,
    retryAfterMs: null,
    outcomeUnknown: false,
    timedOut: false,
  };
}

const neverSentCodes = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'];

function withoutAnswer(fault: unknown, timedOut: boolean, timeoutMs: number): SendResult {
  const name = fault instanceof Error ? fault.name : 'unknown fault';
  const code = codeOf(fault);
  const noToken = /Credential|Authentication/.test(name);
  const words = timedOut
    ? `no answer within ${durationInWords(timeoutMs)}`
    : noToken
      ? `no token for the email service (${name})`
      : `no connection to the email service (${code ?? name})`;
  return {
    kind: 'failedTemporarily',
    error: words,
    retryAfterMs: null,
    outcomeUnknown: timedOut || !(noToken || (code !== null && neverSentCodes.includes(code))),
    timedOut,
  };
}

function failedPermanently(error: string): SendResult {
  return { kind: 'failedPermanently', error };
}
