import type { AddressRules } from '../../../outgoing/addressGuard.ts';
import type { SendResult } from '../../channel.ts';
import { readAnswer } from '../../delivery/httpAnswer.ts';
import { httpPost } from '../../delivery/httpPost.ts';

/** One attempt to tell somebody, of one or more calls. */
export type SlackAttempt = {
  readonly rules: AddressRules;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly nowMs: number;
};

/** A Web API method's answer: what it made, that the message is gone or cannot be changed, or why it failed. */
export type SlackAnswer =
  | { readonly kind: 'done'; readonly channel: string; readonly ts: string; readonly threadTs: string | null }
  | { readonly kind: 'gone'; readonly error: string }
  | { readonly kind: 'failed'; readonly result: SendResult };

/** Names of errors that pass (docs.slack.dev, chat.postMessage and chat.update). */
const passing: ReadonlySet<string> = new Set([
  'ratelimited',
  'rate_limited',
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
]);
const throttling: ReadonlySet<string> = new Set(['ratelimited', 'rate_limited']);

/** The head of an incident is no more, or nobody may change it: it needs a new one. */
const gone: ReadonlySet<string> = new Set([
  'message_not_found',
  'cant_update_message',
  'edit_window_closed',
  'thread_not_found',
]);

/** Calls a method of the Web API: errors are `ok: false` and a name, mostly with status 200. */
export async function callMethod(
  apiUrl: string,
  method: 'chat.postMessage' | 'chat.update',
  token: string,
  body: object,
  { rules, timeoutMs, signal, nowMs }: SlackAttempt,
): Promise<SlackAnswer> {
  const reply = await httpPost(
    {
      url: `${apiUrl}/${method}`,
      named: "the address of Slack's API",
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(body),
      reads: true,
      timeoutMs,
      signal,
    },
    rules,
  );
  if (reply.kind === 'unanswered') return { kind: 'failed', result: reply.result };
  const { ok, error, channel, ts, message } = parse(reply.body);
  const name = nameIn(error);
  if (reply.status < 200 || reply.status > 299 || (name !== null && throttling.has(name))) {
    const status = name !== null && throttling.has(name) ? 429 : reply.status;
    const answer = readAnswer(status, reply.retryAfter, nowMs);
    return { kind: 'failed', result: named(answer, name ?? `HTTP ${reply.status}`) };
  }
  if (ok === true && typeof channel === 'string' && typeof ts === 'string') {
    const thread = (message as { thread_ts?: unknown } | undefined)?.thread_ts;
    return { kind: 'done', channel, ts, threadTs: typeof thread === 'string' ? thread : null };
  }
  if (ok !== false || name === null) {
    return { kind: 'failed', result: temporary("Slack's answer could not be read", true) };
  }
  if (gone.has(name)) return { kind: 'gone', error: name };
  const result: SendResult = passing.has(name)
    ? temporary(name, false)
    : { kind: 'failedPermanently', error: name };
  return { kind: 'failed', result };
}

/** Posts to an incoming webhook: its answers are a status and a word. */
export async function postToWebhook(
  url: string,
  body: object,
  { rules, timeoutMs, signal, nowMs }: SlackAttempt,
): Promise<SendResult> {
  const reply = await httpPost(
    {
      url,
      named: "the address of Slack's webhook",
      headers: {},
      body: JSON.stringify(body),
      reads: true,
      timeoutMs,
      signal,
    },
    rules,
  );
  if (reply.kind === 'unanswered') return reply.result;
  const word = nameIn(reply.body.trim());
  const answer = readAnswer(reply.status, reply.retryAfter, nowMs);
  return word === null ? answer : named(answer, `HTTP ${reply.status} ${word}`);
}

function parse(body: string): {
  ok?: unknown;
  error?: unknown;
  channel?: unknown;
  ts?: unknown;
  message?: unknown;
} {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

/** The name of an error, and nothing that could be a secret or a text. */
function nameIn(text: unknown): string | null {
  return typeof text === 'string' && /^[a-z][a-z0-9_]{1,60}$/.test(text) ? text : null;
}

function named(result: SendResult, error: string): SendResult {
  return result.kind === 'sent' ? result : { ...result, error };
}

function temporary(error: string, outcomeUnknown: boolean): SendResult {
  return { kind: 'failedTemporarily', error, retryAfterMs: null, outcomeUnknown, timedOut: false };
}
