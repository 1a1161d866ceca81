import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RegisteredFunction } from './coreModule.ts';
import type { HttpData } from './coreTypes.ts';
import { type HttpAnswer, sendAnswer } from './httpAnswer.ts';
import { compareRoutes, matchRoute, parseRoute } from './httpRoute.ts';
import { type Invoke, triggerOf } from './invoke.ts';
import { readBody } from './readBody.ts';

type HttpEndpoint = (
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  bodyLimitBytes: number,
) => Promise<void>;

type HttpTrigger = { type: string; route?: string; methods?: string[] };

/**
 * Serves the HTTP triggers under `routePrefix`. No route or another method is 404, a throw is 500 with an empty body.
 * Keys are not checked, as in Core Tools.
 */
export function createHttpEndpoint(
  functions: readonly RegisteredFunction[],
  invoke: Invoke,
  routePrefix: string,
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

/**
 * A function that returns nothing answers 204, as on the real host.
 * @throws Error for `cookies`
 */
function toAnswer(http: HttpData | undefined): HttpAnswer {
  if (!http) return { status: 204 };
  if (http.cookies?.length) throw new Error('`cookies` are not available here: set the header set-cookie');
  return {
    status: Number(http.statusCode ?? 200),
    ...(http.headers && { headers: http.headers }),
    ...(http.body?.bytes && { body: http.body.bytes }),
  };
}

function flatHeaders(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
}
