import type { EventGridPublisherClient } from '@azure/eventgrid';
import { appCredential } from '../../../identity/appCredential.ts';
import { PrivateAddressError } from '../../../outgoing/addressGuard.ts';
import { guardedConnections } from '../../../outgoing/guardedConnections.ts';
import { untilAborted } from '../../../outgoing/untilAborted.ts';
import type { Channel, SendResult } from '../../channel.ts';
import { readAnswer } from '../../delivery/httpAnswer.ts';
import { durationInWords } from '../../words/durationInWords.ts';
import type { Installation } from '../channelKind.ts';
import { localTopics } from '../localReceivers.ts';
import { type NoticeEvent, renderEvent } from './render.ts';
import { type EventGridSettings, endpointFault } from './settings.ts';

type Client = EventGridPublisherClient<'CloudEvent'>;

/** What the topic answered. */
type Seen = { status: number; retryAfter: string | null } | null;

/**
 * Publishes notices to a custom topic with the app's identity, which needs the role EventGrid Data Sender there. The
 * packages are loaded with the first event; a client is kept for each topic.
 */
export function openEventGrid(installation: Installation): Channel<EventGridSettings> {
  const { addresses } = installation;
  const local = localTopics(installation);
  const clients = new Map<string, Promise<Client>>();
  const clientOf = (endpoint: string): Promise<Client> => {
    const made = clients.get(endpoint) ?? makeClient(endpoint, installation);
    clients.set(endpoint, made);
    made.catch(() => clients.delete(endpoint));
    return made;
  };
  return {
    async send(message, { name, channel, delivery }, nowMs) {
      const fault = endpointFault(channel.endpoint, addresses());
      if (fault !== null) return failedPermanently(`the topic's endpoint ${fault}`);
      const endpoint =
        local === null ? channel.endpoint : `${local}/eventgrid/${encodeURIComponent(name)}/api/events`;
      const signal = AbortSignal.timeout(delivery.timeoutMs);
      let client: Client | null = null;
      let seen: Seen = null;
      try {
        client = await untilAborted(signal, clientOf(endpoint));
        const sent = publish(client, renderEvent(message, nowMs), signal, delivery.timeoutMs, (answer) => {
          seen = answer;
        });
        await untilAborted(signal, sent);
        return outcome(seen, nowMs) ?? { kind: 'sent' };
      } catch (fault) {
        return (
          outcome(seen, nowMs) ?? withoutAnswer(fault, signal.aborted, delivery.timeoutMs, client !== null)
        );
      }
    },
  };
}

async function makeClient(endpoint: string, { addresses }: Installation): Promise<Client> {
  const [{ EventGridPublisherClient }, credential] = await Promise.all([
    import('@azure/eventgrid'),
    appCredential(),
  ]);
  return new EventGridPublisherClient(endpoint, 'CloudEvent', credential, {
    // Retries are the queue's business.
    retryOptions: { maxRetries: 0 },
    redirectOptions: { maxRetries: 0 },
    additionalPolicies: [{ policy: guardedConnections(addresses), position: 'perRetry' }],
  });
}

function publish(
  client: Client,
  event: NoticeEvent,
  abortSignal: AbortSignal,
  timeoutMs: number,
  see: (answer: NonNullable<Seen>) => void,
): Promise<void> {
  return client.send([event], {
    abortSignal,
    requestOptions: { timeout: timeoutMs },
    onResponse: ({ status, headers }) => see({ status, retryAfter: headers.get('retry-after') ?? null }),
  });
}

/** Refusals that may pass: a role that is still spreading, a clock. */
const passing: ReadonlySet<number> = new Set([401, 403]);

/** What the answer means; null: there was none. */
function outcome(seen: Seen, nowMs: number): SendResult | null {
  if (seen === null) return null;
  const { status, retryAfter } = seen;
  const answer = readAnswer(passing.has(status) ? 503 : status, retryAfter, nowMs);
  if (answer.kind === 'sent') return answer;
  const role = passing.has(status)
    ? "; the app's identity needs the role EventGrid Data Sender on the topic"
    : '';
  return { ...answer, error: `HTTP ${status}${role}` };
}

const neverSentCodes = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'];

function withoutAnswer(fault: unknown, timedOut: boolean, timeoutMs: number, opened: boolean): SendResult {
  if (fault instanceof PrivateAddressError)
    return failedPermanently(`the topic's endpoint: ${fault.message}`);
  const name = fault instanceof Error ? fault.name : 'unknown fault';
  const code = codeOf(fault);
  const noToken = /Credential|Authentication/.test(name);
  const words = timedOut
    ? `no answer within ${durationInWords(timeoutMs)}`
    : !opened
      ? `the client of Event Grid could not be loaded (${code ?? name})`
      : noToken
        ? `no token for the topic (${name})`
        : `no connection to the topic (${code ?? name})`;
  const neverSent = !opened || noToken || (code !== null && neverSentCodes.includes(code));
  return {
    kind: 'failedTemporarily',
    error: words,
    retryAfterMs: null,
    outcomeUnknown: opened && (timedOut || !neverSent),
    timedOut,
  };
}

function codeOf(error: unknown): string | null {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  return typeof code === 'string' && /^\w{1,80}$/.test(code) ? code : null;
}

function failedPermanently(error: string): SendResult {
  return { kind: 'failedPermanently', error };
}
