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

/** How far one request has come: the client is there, the event is on its way, the topic has answered. */
type Course = {
  opened: boolean;
  begun: boolean;
  answer: { readonly status: number; readonly retryAfter: string | null } | null;
};

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
      const course: Course = { opened: false, begun: false, answer: null };
      try {
        const client = await untilAborted(signal, clientOf(endpoint));
        course.opened = true;
        await untilAborted(
          signal,
          publish(client, renderEvent(message, nowMs), signal, delivery.timeoutMs, course),
        );
        return outcome(course, nowMs) ?? { kind: 'sent' };
      } catch (fault) {
        return outcome(course, nowMs) ?? withoutAnswer(fault, signal.aborted, delivery.timeoutMs, course);
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
  course: Course,
): Promise<void> {
  return client.send([event], {
    abortSignal,
    requestOptions: {
      timeout: timeoutMs,
      onUploadProgress: () => {
        course.begun = true;
      },
    },
    onResponse: ({ status, headers }) => {
      course.answer = { status, retryAfter: headers.get('retry-after') ?? null };
    },
  });
}

/** Refusals that may pass: a role that is still spreading, a clock. */
const passing: ReadonlySet<number> = new Set([401, 403]);

/** What the answer means; null: there was none. */
function outcome({ answer: seen }: Course, nowMs: number): SendResult | null {
  if (seen === null) return null;
  const { status, retryAfter } = seen;
  const answer = readAnswer(passing.has(status) ? 503 : status, retryAfter, nowMs);
  if (answer.kind === 'sent') return answer;
  const role = passing.has(status)
    ? "; the app's identity needs the role EventGrid Data Sender on the topic"
    : '';
  return { ...answer, error: `HTTP ${status}${role}` };
}

function withoutAnswer(
  fault: unknown,
  timedOut: boolean,
  timeoutMs: number,
  { opened, begun }: Course,
): SendResult {
  if (fault instanceof PrivateAddressError)
    return failedPermanently(`the topic's endpoint: ${fault.message}`);
  const name = fault instanceof Error ? fault.name : 'unknown fault';
  const detail = codeOf(fault) ?? name;
  const within = durationInWords(timeoutMs);
  const words = timedOut
    ? begun
      ? `no answer within ${within}`
      : `no token or no connection within ${within}`
    : !opened
      ? `the client of Event Grid could not be loaded (${detail})`
      : /Credential|Authentication/.test(name)
        ? `no token for the topic (${name})`
        : `no connection to the topic (${detail})`;
  return { kind: 'failedTemporarily', error: words, retryAfterMs: null, outcomeUnknown: begun, timedOut };
}

function codeOf(error: unknown): string | null {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  return typeof code === 'string' && /^\w{1,80}$/.test(code) ? code : null;
}

function failedPermanently(error: string): SendResult {
  return { kind: 'failedPermanently', error };
}
