import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type { HttpFunction } from './httpRoutes.ts';

export type Handler = (request: HttpRequest, context: InvocationContext) => Promise<HttpResponseInit>;

const handlers = new Map<HttpFunction, Handler>();

/** Says how a function that is called by HTTP answers. */
export function answers(name: HttpFunction, handler: Handler): void {
  handlers.set(name, handler);
}

/** @throws Error when nothing answers for it */
export function handlerOf(name: HttpFunction): Handler {
  const handler = handlers.get(name);
  if (!handler) throw new Error(`nothing answers for ${name}`);
  return handler;
}
