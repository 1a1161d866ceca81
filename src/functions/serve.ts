import { createHash } from 'node:crypto';
import type { HttpRequest } from '@azure/functions';
import type { Handler } from './answering.ts';

/**
 * What every answer under `/api` has: how long it took, and for a GET a tag of its content, so that who has it already
 * gets 304 and nothing else.
 */
export function served(handler: Handler): Handler {
  return async (request, context) => {
    const startedMs = performance.now();
    const answer = await handler(request, context);
    const body = answer.jsonBody === undefined ? answer.body : JSON.stringify(answer.jsonBody);
    const { jsonBody, body: _body, ...rest } = answer;
    const headers = new Headers(answer.headers as Record<string, string> | undefined);
    if (jsonBody !== undefined && !headers.has('content-type'))
      headers.set('content-type', 'application/json');
    headers.set('server-timing', `app;dur=${(performance.now() - startedMs).toFixed(1)}`);
    headers.set('x-content-type-options', 'nosniff');
    headers.set('cache-control', isRead(request) ? 'private, no-cache' : 'no-store');
    const whole = { ...rest, headers: Object.fromEntries(headers), ...(body == null ? {} : { body }) };
    if (!isRead(request) || answer.status !== 200 || typeof body !== 'string') return whole;
    const tag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
    const tagged = { ...whole.headers, etag: tag };
    if (!isKnown(tag, request.headers.get('if-none-match'))) return { ...whole, headers: tagged };
    const { 'content-type': _type, ...left } = tagged as Record<string, string>;
    return { status: 304, headers: left };
  };
}

const isRead = ({ method }: HttpRequest) => method === 'GET' || method === 'HEAD';

/** RFC 9110, 13.1.2: a list of tags, compared without regard to `W/`, or `*`. */
function isKnown(tag: string, header: string | null): boolean {
  if (header === null) return false;
  return header.trim() === '*' || header.split(',').some((one) => one.trim().replace(/^W\//, '') === tag);
}
