import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { behaviourFields, createBehaviour } from './behaviour.ts';
import { createJournal, type Journal } from './journal.ts';
import { type Reply, ReplyError } from './reply.ts';
import { type CloudRequest, jsonBody } from './request.ts';
import type { Route } from './router.ts';

/** A webhook call; `status` is what it was answered with, null when it was left hanging. */
export type HookCall = {
  name: string;
  receivedAt: string;
  headers: IncomingHttpHeaders;
  rawBody: string;
  status: number | null;
};

const maxBodyBytes = 2 * 1024 * 1024;
const maxNames = 1_000;

const behaviourSchema = z.strictObject({
  ...behaviourFields,
  /** Takes the call and never answers. */
  hang: z.boolean().nullish(),
});
type HookBehaviour = z.infer<typeof behaviourSchema>;

/** JSON as a value, anything else as the text that came. */
export const parsedBody = (call: HookCall): unknown => {
  try {
    return JSON.parse(call.rawBody);
  } catch {
    return call.rawBody;
  }
};

/** `?status=503&retryAfterSeconds=2&delayMs=100&hang=1` on the hook's own URL. */
const behaviourOfQuery = ({ url }: CloudRequest): HookBehaviour => {
  const query = url.searchParams;
  const number = (name: string): number | undefined =>
    query.has(name) ? Number(query.get(name)) : undefined;
  const result = behaviourSchema.safeParse({
    status: number('status'),
    retryAfterSeconds: number('retryAfterSeconds'),
    delayMs: number('delayMs'),
    hang: ['1', 'true'].includes(query.get('hang') ?? ''),
  });
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new ReplyError(400, 'BadRequest', `?${String(issue?.path[0])}: ${issue?.message}`);
};

const replyTo = ({ status, retryAfterSeconds, delayMs, hang }: HookBehaviour): Reply => ({
  status: status ?? 200,
  headers: retryAfterSeconds == null ? {} : { 'retry-after': String(retryAfterSeconds) },
  body: (status ?? 200) < 300 ? { accepted: true } : { error: { message: 'Told to fail.' } },
  delayMs: delayMs ?? 0,
  hang: hang ?? false,
});

/** The webhook catcher. How a hook misbehaves is said on its URL, or at run time, which then comes first. */
export const createHookCatcher = (): { routes: Route[]; calls: Journal<HookCall> } => {
  const calls = createJournal<HookCall>({ items: 10_000, bytes: 256 * 1024 * 1024 });
  const behaviours = new Map<string, ReturnType<typeof createBehaviour<HookBehaviour>>>();

  const receive = (request: CloudRequest): Reply => {
    const name = request.params.name ?? '';
    const told = behaviours.get(name)?.next() ?? behaviourOfQuery(request);
    const reply = replyTo(told);
    const call: HookCall = {
      name,
      receivedAt: new Date(request.nowMs).toISOString(),
      headers: request.headers,
      rawBody: request.body.toString('utf8'),
      status: reply.hang === true ? null : reply.status,
    };
    calls.add(call, request.body.length + 1_000);
    return reply;
  };

  const setBehaviour = (request: CloudRequest): Reply => {
    const name = request.params.name ?? '';
    const behaviour = createBehaviour<HookBehaviour>();
    behaviour.set(jsonBody(request, behaviourSchema));
    if (behaviours.size >= maxNames && !behaviours.has(name)) {
      throw new ReplyError(
        400,
        'BadRequest',
        `More than ${maxNames} hooks have a behaviour: DELETE /hooks first.`,
      );
    }
    behaviours.set(name, behaviour);
    return { status: 204 };
  };

  const routes: Route[] = [
    { method: 'POST', path: '/hooks/{name}', maxBytes: maxBodyBytes, handle: receive },
    {
      method: 'GET',
      path: '/hooks',
      handle: (request) => calls.page(request, (call) => ({ ...call, body: parsedBody(call) })),
    },
    {
      method: 'DELETE',
      path: '/hooks',
      handle: () => {
        calls.clear();
        behaviours.clear();
        return { status: 204 };
      },
    },
    { method: 'PUT', path: '/hooks/{name}/behaviour', handle: setBehaviour },
  ];
  return { routes, calls };
};
