import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type { App } from '../lib/app/app.ts';
import type { ListPage, ListQuery } from '../lib/app/listings.ts';
import { createLog } from '../lib/telemetry/log.ts';

/** Answers a list as `{ items, nextLink }`, or 400 naming the parameter, its value and what is accepted. */
export async function answerList(
  request: HttpRequest,
  parameter: string,
  accepted: readonly string[],
  list: (query: ListQuery) => Promise<ListPage>,
): Promise<HttpResponseInit> {
  const filter = request.query.get(parameter);
  if (filter !== null && !accepted.includes(filter)) {
    const error = `${parameter}=${filter.slice(0, 50)} is not accepted; use one of ${accepted.join(', ')}, or leave it out`;
    return { status: 400, jsonBody: { error } };
  }
  const { items, next } = await list({ filter, from: request.query.get('from') });
  const link = new URL(request.url);
  // The caller's key stays with the caller.
  link.searchParams.delete('code');
  if (next !== null) link.searchParams.set('from', next);
  return { status: 200, jsonBody: { items, nextLink: next === null ? null : link.toString() } };
}

/**
 * Answers a request with the app, or 503 while there is none: the configuration or a setting is wrong. The reasons are
 * in the log alone, for they may name hosts.
 */
export async function answerWhenReady(
  app: () => Promise<App>,
  context: InvocationContext,
  answer: (app: App) => Promise<HttpResponseInit> | HttpResponseInit,
): Promise<HttpResponseInit> {
  let ready: App;
  try {
    ready = await app();
  } catch (error) {
    createLog(context).error('not ready', { because: String(error) });
    return { status: 503, jsonBody: { status: 'not ready' } };
  }
  return answer(ready);
}
