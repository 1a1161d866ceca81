import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type ServerResponse, request as sendRequest } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { RegisteredFunction } from './coreModule.ts';
import type { HttpCookie, HttpData } from './coreTypes.ts';
import { type HttpAnswer, sendAnswer } from './httpAnswer.ts';
import { compareRoutes, matchRoute, parseRoute } from './httpRoute.ts';
import { type Invoke, triggerOf } from './invoke.ts';
import { readBody } from './readBody.ts';

export type HttpEndpoint = (
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  bodyLimitBytes: number,
) => Promise<void>;

type HttpTrigger = { type: string; route?: string; methods?: string[] };

/**
 * Serves the HTTP triggers under `routePrefix`. No route or another method is 404, a throw is 500 with an empty body.
 * Keys are not checked, as in Core Tools. With `streamTo`, requests go through the library's own streaming server.
 */
export function createHttpEndpoint(
  functions: readonly RegisteredFunction[],
  invoke: Invoke,
  routePrefix: string,
  streamTo: string | undefined,
): HttpEndpoint {
  const routes = functions
    .map((registered) => ({ registered, trigger: triggerOf(registered)[1] as HttpTrigger }))
    .filter(({ trigger }) => trigger.type.toLowerCase() === 'httptrigger')
    .map(({ registered, trigger }) => ({
      registered,
      methods: (trigger.methods ?? []).map((method) => method.toUpperCase()),
      route: parseRoute(`${routePrefix}/${trigger.route ?? registered.metadata.name}`),
    }))
    .sort((a, b) => compareRoutes(a.route, b.route));

  return async (request, response, url, bodyLimitBytes) => {
    const method = request.method ?? 'GET';
    for (const { registered, methods, route } of routes) {
      const params =
        methods.length === 0 || methods.includes(method) ? matchRoute(route, url.pathname) : undefined;
      if (!params) continue;
      if (streamTo !== undefined) {
        await stream(request, response, registered, params, invoke, new URL(request.url ?? '/', streamTo));
        return;
      }
      const body = await readBody(request, bodyLimitBytes);
      const http: HttpData = {
        method,
        url: url.href,
        headers: flatHeaders(request),
        params,
        ...(body.length > 0 && { body: { bytes: body } }),
      };
      const outcome = await invoke(registered, { data: { http } });
      const answer = outcome.ok ? outcome.response.returnValue?.http : undefined;
      sendAnswer(response, outcome.ok ? toAnswer(answer) : { status: 500 });
      return;
    }
    request.resume();
    sendAnswer(response, { status: 404 });
  };
}

/** A function that returns nothing answers 204, as on the real host. */
function toAnswer(http: HttpData | undefined): HttpAnswer {
  if (!http) return { status: 204 };
  const cookies = (http.cookies ?? []).map(setCookie);
  return {
    status: Number(http.statusCode ?? 200),
    headers: { ...http.headers, ...(cookies.length > 0 && { 'set-cookie': cookies }) },
    ...(http.body?.bytes && { body: http.body.bytes }),
  };
}

function setCookie(cookie: HttpCookie): string {
  const expires = cookie.expires?.value?.seconds;
  const sameSite = cookie.sameSite === 'explicitNone' ? 'None' : cookie.sameSite;
  return [
    `${cookie.name}=${encodeURIComponent(cookie.value ?? '')}`,
    cookie.maxAge?.value !== undefined && `Max-Age=${cookie.maxAge.value}`,
    cookie.domain?.value && `Domain=${cookie.domain.value}`,
    cookie.path?.value && `Path=${cookie.path.value}`,
    expires !== undefined && `Expires=${new Date(Number(expires) * 1000).toUTCString()}`,
    cookie.httpOnly?.value && 'HttpOnly',
    cookie.secure?.value && 'Secure',
    sameSite && sameSite !== 'none' && `SameSite=${sameSite}`,
  ]
    .filter(Boolean)
    .join('; ');
}

/** The library pairs request and invocation by the header `x-ms-invocation-id` and answers on its own server. */
async function stream(
  request: IncomingMessage,
  response: ServerResponse,
  registered: RegisteredFunction,
  params: Record<string, string>,
  invoke: Invoke,
  target: URL,
): Promise<void> {
  const invocationId = randomUUID();
  const headers = flatHeaders(request);
  const proxied = sendRequest(target, {
    method: request.method,
    headers: {
      ...headers,
      'x-ms-invocation-id': invocationId,
      'x-forwarded-host': headers.host ?? 'localhost',
      'x-forwarded-proto': 'http',
    },
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    proxied.once('response', resolve).once('error', reject);
  });
  answered.catch(() => {});
  request.pipe(proxied);
  const triggerMetadata = Object.fromEntries([
    ...Object.entries(params).map(([name, value]) => [name, { string: value }]),
    ['Headers', { json: JSON.stringify(headers) }],
  ]);
  const invoked = invoke(registered, { data: { http: {} }, triggerMetadata, invocationId });
  const first = await Promise.race([
    answered,
    invoked.then((outcome) => (outcome.ok ? answered : undefined)),
  ]);
  if (!first) {
    proxied.destroy();
    sendAnswer(response, { status: 500 });
    return;
  }
  const { 'x-ms-invocation-id': _id, ...answerHeaders } = first.headers;
  response.writeHead(first.statusCode ?? 200, answerHeaders);
  await pipeline(first, response).catch(() => {});
  await invoked;
}

function flatHeaders(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
}
