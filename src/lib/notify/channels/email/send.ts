import type { EmailClient, EmailSendOptionalParams } from '@azure/communication-email';
import { appCredential } from '../../../identity/appCredential.ts';
import type { Receiver } from '../../../policy/receiver.ts';
import type { Sender, SendResult } from '../../channel.ts';
import { readAnswer } from '../../delivery/httpAnswer.ts';
import { announcementEmail } from '../../renderAnnouncement.ts';
import { durationInWords } from '../../words/durationInWords.ts';
import { type Email, renderEmail } from './render.ts';
import { uuidOf } from './uuidOf.ts';

/** Where mails are handed over. A connection string wins over an endpoint with a managed identity. */
export type EmailSettings = {
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
// (azure-facts §7.3); a minute is left for clocks that differ.
const firstSentSlotMs = 4 * 60 * 1000;

/**
 * Sends a notice by Azure Communication Services. `sent` means handed over for delivery: the operation is not followed
 * to its end, since each look costs quota (azure-facts §7.4), but one that has failed at once is a failure.
 */
export function createEmailSender(settings: EmailSettings): Sender {
  let client: Promise<EmailClient> | null = null;
  async function handOver(id: string, email: Email, receiver: Receiver, nowMs: number): Promise<SendResult> {
    const { sender } = settings;
    if (receiver.channel.kind !== 'email') return failedPermanently('not an email receiver');
    const missing = missingSetting(settings);
    if (missing !== null || sender === null)
      return failedPermanently(`email is not set up: ${missing} is missing`);

    const seen: Seen = { posted: null, failedWith: null };
    const signal = AbortSignal.timeout(receiver.delivery.timeoutMs);
    try {
      client ??= connect(settings);
      const mail = {
        senderAddress: sender,
        recipients: { to: receiver.channel.to.map((address) => ({ address })) },
        content: { subject: email.subject, plainText: email.text, html: email.html },
        headers: { ...email.headers },
        disableUserEngagementTracking: true,
      };
      await (await client).beginSend(mail, {
        operationId: uuidOf(id),
        abortSignal: signal,
        requestOptions: { customHeaders: repeatability(id, mail, nowMs) },
        onResponse: (response) => observe(seen, response),
      });
      return outcome(seen, nowMs) ?? { kind: 'sent' };
    } catch (fault) {
      if (fault instanceof SettingError) return failedPermanently(fault.message);
      return outcome(seen, nowMs) ?? withoutAnswer(fault, signal.aborted, receiver.delivery.timeoutMs);
    }
  }
  return {
    send: (message, receiver, nowMs) => handOver(message.noticeId, renderEmail(message), receiver, nowMs),
    announce: (announcement, receiver, nowMs) =>
      handOver(announcement.id, announcementEmail(announcement, receiver.name), receiver, nowMs),
  };
}

function missingSetting({ connectionString, endpoint, sender }: EmailSettings): string | null {
  if (connectionString === null && endpoint === null) {
    return 'COMMUNICATION_SERVICES_CONNECTION_STRING or COMMUNICATION_SERVICES_ENDPOINT';
  }
  return sender === null ? 'EMAIL_SENDER' : null;
}

/** Thrown when a setting is present but unusable. */
class SettingError extends Error {
  override readonly name = 'SettingError';
}

async function connect(settings: EmailSettings): Promise<EmailClient> {
  const { EmailClient } = await import('@azure/communication-email');
  const options = {
    // Retries are the queue's business; the client would sleep for any Retry-After.
    retryOptions: { maxRetries: 0 },
    redirectOptions: { maxRetries: 0 },
    allowInsecureConnection: settings.development,
  };
  try {
    const insecure = /^(.*endpoint=)?http:/i.test(settings.connectionString ?? settings.endpoint ?? '');
    if (insecure && !settings.development) throw new Error('plain http');
    if (settings.connectionString !== null) return new EmailClient(settings.connectionString, options);
    return new EmailClient(settings.endpoint ?? '', await appCredential(), options);
  } catch {
    throw new SettingError(
      settings.connectionString === null
        ? 'COMMUNICATION_SERVICES_ENDPOINT is not valid: https://<name>.communication.azure.com is accepted'
        : 'COMMUNICATION_SERVICES_CONNECTION_STRING is not valid: endpoint=https://…;accesskey=… is accepted',
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

/** What the answers mean; null: there was none to the hand-over itself. */
function outcome({ posted, failedWith }: Seen, nowMs: number): SendResult | null {
  if (failedWith !== null) return failedPermanently(`the email service refused the mail: ${failedWith}`);
  if (posted === null) return null;
  const { status } = posted;
  // 409: the first request of this id is still running; 412: its first-sent time is too old. Both pass by themselves.
  const read = status === 409 || status === 412 ? 503 : status;
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
