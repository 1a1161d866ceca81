import { type Reply, ReplyError } from './reply.ts';
import type { CloudRequest } from './request.ts';

/** `path` has literal segments and `{name}` segments; `maxBytes` bounds the body (64 KiB unless said). */
export type Route = {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  maxBytes?: number;
  handle: (request: CloudRequest) => Reply | Promise<Reply>;
};

type Match = { route: Route; params: Record<string, string> };

const decode = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new ReplyError(400, 'BadRequest', `The path segment '${segment}' is not well encoded.`);
  }
};

const paramsOf = (pattern: string, path: string): Record<string, string> | null => {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  if (wanted.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const value = given[index] ?? '';
    if (!segment.startsWith('{')) {
      if (segment !== value) return null;
    } else if (value === '') return null;
    else params[segment.slice(1, -1)] = decode(value);
  }
  return params;
};

/**
 * The route for a request; HEAD is served by GET.
 * @throws ReplyError 404 or 405, naming what exists.
 */
export const findRoute = (routes: readonly Route[], method: string, path: string): Match => {
  const matches = routes.flatMap((route) => {
    const params = paramsOf(route.path, path);
    return params === null ? [] : [{ route, params }];
  });
  const wanted = method === 'HEAD' ? 'GET' : method;
  const match = matches.find(({ route }) => route.method === wanted);
  if (match !== undefined) return match;
  if (matches.length === 0) {
    const known = routes.map((route) => `${route.method} ${route.path}`).join(', ');
    throw new ReplyError(404, 'NotFound', `There is no ${path} here. Known: ${known}.`);
  }
  const allowed = matches.map(({ route }) => route.method).join(', ');
  const error = new ReplyError(405, 'MethodNotAllowed', `${path} takes ${allowed}, not ${method}.`);
  error.reply.headers = { ...error.reply.headers, allow: allowed };
  throw error;
};
