import { z } from 'zod';
import { createBehaviour } from './behaviour.ts';
import { createJournal, type Journal } from './journal.ts';
import type { Reply } from './reply.ts';
import { type CloudRequest, jsonBody } from './request.ts';
import type { Route } from './router.ts';

/** A call to a stand-in. `name` is the receiver's path or the method, never a key; `status` null: it was left hanging. */
export type ReceivedCall = {
  name: string;
  receivedAt: string;
  body: unknown;
  status: number | null;
  /** What was answered, as it was sent. */
  answer: unknown;
};

const behaviourSchema = z.strictObject({
  /** The HTTP status to answer with; null or 200 answers as usual, unless `error` is given. */
  status: z.int().min(200).max(599).nullish(),
  /** The `Retry-After` header of an error, in seconds. */
  retryAfter: z.number().min(0).max(86_400).nullish(),
  /** The vendor's name of the error. */
  error: z.string().min(1).max(200).nullish(),
  delayMs: z.int().min(0).max(600_000).nullish(),
  /** After so many calls the behaviour ends; without it, it stays. */
  times: z.int().min(1).nullish(),
  /** Only calls of this name; without it, all. */
  name: z.string().nullish(),
  /** Takes the call and never answers. */
  hang: z.boolean().nullish(),
  /** Does the work and breaks the connection before the answer. */
  loseAnswer: z.boolean().nullish(),
});

/** How a stand-in was told to misbehave, by `PUT /{kind}/behaviour`. */
export type StandInBehaviour = z.infer<typeof behaviourSchema>;

/** One way in: `path` may hold `{name}`, which then is the name of the call unless `name` is given. */
type Door = {
  path: string;
  name?: string;
  maxBytes: number;
  /** Answers as the vendor documents, and keeps what it has to. */
  answer: (request: CloudRequest) => Reply;
  /** Where errors have another shape here. */
  refusal?: (behaviour: StandInBehaviour) => Reply;
};

export type StandIn = {
  /** The list, `behaviour` and `DELETE`. */
  routes: Route[];
  /** Where receivers are called. */
  doors: Route[];
  calls: Journal<ReceivedCall>;
};

const parsed = (body: Buffer): unknown => {
  const text = body.toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/**
 * A service of another vendor that receives notices: takes calls at its doors, lists them at `GET /{kind}`, is emptied by
 * `DELETE /{kind}` and misbehaves as `PUT /{kind}/behaviour` says.
 * @param refusal the vendor's own shape of an error of that status and name
 * @param forget drops whatever else it keeps
 */
export const createStandIn = (
  kind: string,
  doors: readonly Door[],
  refusal: (behaviour: StandInBehaviour) => Reply,
  forget: () => void = () => {},
): StandIn => {
  const calls = createJournal<ReceivedCall>({ items: 10_000, bytes: 256 * 1024 * 1024 });
  const behaviour = createBehaviour<StandInBehaviour>();
  let only: string | null = null;

  const isRefusal = ({ status, error }: StandInBehaviour): boolean =>
    error != null || (status != null && (status < 200 || status >= 300));

  const receive = (door: Door, request: CloudRequest): Reply => {
    const name = door.name ?? request.params.name ?? '';
    const told = only === null || only === name ? behaviour.next() : null;
    const refused = told !== null && isRefusal(told);
    const plain = refused ? (door.refusal ?? refusal)(told) : door.answer(request);
    const retryAfter = refused && told.retryAfter != null ? { 'retry-after': String(told.retryAfter) } : {};
    const reply: Reply = {
      ...plain,
      headers: { ...plain.headers, ...retryAfter },
      delayMs: told?.delayMs ?? 0,
      hang: told?.hang ?? false,
      lost: told?.loseAnswer ?? false,
    };
    const receivedAt = new Date(request.nowMs).toISOString();
    const status = reply.hang === true ? null : reply.status;
    calls.add(
      { name, receivedAt, body: parsed(request.body), status, answer: reply.body ?? null },
      request.body.length + 1_000,
    );
    return reply;
  };

  return {
    calls,
    doors: doors.map((door) => ({
      method: 'POST',
      path: door.path,
      maxBytes: door.maxBytes,
      handle: (request) => receive(door, request),
    })),
    routes: [
      { method: 'GET', path: `/${kind}`, handle: (request) => calls.page(request, (call) => call) },
      {
        method: 'DELETE',
        path: `/${kind}`,
        handle: () => {
          calls.clear();
          behaviour.set(null);
          only = null;
          forget();
          return { status: 204 };
        },
      },
      {
        method: 'PUT',
        path: `/${kind}/behaviour`,
        handle: (request) => {
          const told = jsonBody(request, behaviourSchema);
          behaviour.set(told);
          only = told.name ?? null;
          return { status: 204 };
        },
      },
    ],
  };
};
