import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorReply, type Reply, ReplyError } from './reply.ts';
import { readBody } from './request.ts';
import { findRoute, type Route } from './router.ts';

const defaultMaxBytes = 64 * 1024;

const answer = async (routes: readonly Route[], message: IncomingMessage): Promise<Reply> => {
  try {
    const nowMs = Date.now();
    const target = message.url ?? '/';
    const url = new URL(target, `http://${message.headers.host ?? 'localhost'}`);
    const { route, params } = findRoute(routes, message.method ?? 'GET', url.pathname);
    const body = await readBody(message, route.maxBytes ?? defaultMaxBytes);
    const method = message.method ?? 'GET';
    return await route.handle({ method, url, target, params, headers: message.headers, body, nowMs });
  } catch (error) {
    if (error instanceof ReplyError) return error.reply;
    if (error instanceof TypeError && 'code' in error && error.code === 'ERR_INVALID_URL') {
      return errorReply(400, 'BadRequest', 'The address is not a URL.');
    }
    if (message.destroyed && !message.complete) return { status: 400, lost: true };
    console.error('local cloud:', error);
    return errorReply(500, 'InternalServerError', 'The local cloud failed; its log says why.');
  }
};

const send = (reply: Reply, message: IncomingMessage, response: ServerResponse): void => {
  if (reply.lost === true) {
    response.destroy();
    return;
  }
  const isText = typeof reply.body === 'string';
  const body = reply.body === undefined ? '' : isText ? (reply.body as string) : JSON.stringify(reply.body);
  response.writeHead(reply.status, {
    ...(reply.body === undefined
      ? {}
      : { 'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json' }),
    'content-length': Buffer.byteLength(body),
    // What was not read of a body cannot be followed by another request.
    ...(message.complete ? {} : { connection: 'close' }),
    ...reply.headers,
  });
  response.end(message.method === 'HEAD' ? undefined : body);
};

/** Serves routes over node:http; whatever goes wrong is an answer, never a crash. */
export const serve =
  (routes: readonly Route[]): RequestListener =>
  (message, response) => {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    response.on('error', () => gone.abort());
    const run = async (): Promise<void> => {
      const reply = await answer(routes, message);
      if (reply.hang === true) return;
      if ((reply.delayMs ?? 0) > 0) await sleep(reply.delayMs, undefined, { signal: gone.signal });
      if (!gone.signal.aborted) send(reply, message, response);
    };
    run().catch(() => response.destroy());
  };
