import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { type Access, fullAccess } from '../lib/access/access.ts';
import type { Call, Query } from '../lib/api/call.ts';
import { type CallName, calls } from '../lib/api/calls.ts';
import { type ProblemDetails, problemDetails } from '../lib/api/problemDetails.ts';
import { checkQuery, limits } from '../lib/api/query.ts';
import { mistakes } from '../lib/api/readBody.ts';
import type { App } from '../lib/app/app.ts';
import { app } from '../lib/app/createApp.ts';
import type { ListPart, Part } from '../lib/app/lists/listPage.ts';
import { readCursor, writeCursor } from '../lib/pages/cursor.ts';
import { accessOfCall } from './access.ts';
import { answers } from './answering.ts';
import { answerProblem, answerWhenReady } from './http.ts';
import { served } from './serve.ts';

/** A request for something that is read. */
export type Asked<Of extends Call> = {
  readonly app: App;
  readonly request: HttpRequest;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query<Of>;
  readonly nowMs: number;
  /** Ids of the sites that may be seen; null: all. */
  readonly visible: Access['sites'];
};

/** Why a request is not answered. */
export class Refusal {
  readonly problem: ProblemDetails;

  constructor(problem: ProblemDetails) {
    this.problem = problem;
  }
}

export const notAllowed = problemDetails(403, 'whoever asks has no role that may see this');

export const missing = (what: string) => new Refusal(problemDetails(404, what));

/** What is not there, or not for who asks: with limits to sites nobody learns which. */
export function absent({ visible }: Pick<Asked<Call>, 'visible'>, what: string): Refusal {
  return visible === null ? missing(what) : new Refusal(notAllowed);
}

/** A parameter whose value does not fit with the others. */
export function mistaken(path: string, value: string | null, message: string): Refusal {
  return new Refusal(mistakes([{ path, value: value === null ? null : JSON.stringify(value), message }]));
}

type Named<Name extends CallName> = (typeof calls)[Name];

/** Registers a call that reads; what it answers is the body. */
export function reads<Name extends CallName>(
  name: Name,
  answer: (asked: Asked<Named<Name>>) => Promise<object | Refusal>,
): void {
  register(name, async (asked) => {
    const body = await answer(asked);
    return body instanceof Refusal ? answerProblem(body.problem) : { status: 200, jsonBody: body };
  });
}

/** Registers a call that answers a list in parts. @param as another form, for who accepts that and not JSON */
export function lists<Name extends CallName>(
  name: Name,
  answer: (asked: Asked<Named<Name>>, part: Part) => Promise<ListPart<object> | Refusal>,
  as?: (asked: Asked<Named<Name>>) => Promise<HttpResponseInit | Refusal | null>,
): void {
  register(name, async (asked) => {
    const other = (await as?.(asked)) ?? null;
    if (other !== null) return other instanceof Refusal ? answerProblem(other.problem) : other;
    const { limit, cursor, ...filter } = asked.query as {
      readonly limit?: number;
      readonly cursor?: string;
    };
    const list = JSON.stringify([name, asked.params, filter]);
    const at = cursor === undefined ? null : readCursor(list, cursor);
    if (cursor !== undefined && at === null) {
      return answerProblem(
        mistaken('cursor', null, 'is not one of this list; follow nextLink, or leave it out').problem,
      );
    }
    const part = await answer(asked, { limit: limit ?? limits.usual, at });
    if (part instanceof Refusal) return answerProblem(part.problem);
    const { items, next } = part;
    const nextLink = next === null ? null : linkTo(asked, writeCursor(list, next));
    return { status: 200, jsonBody: { items, nextLink } };
  });
}

function register<Name extends CallName>(
  name: Name,
  answer: (asked: Asked<Named<Name>>) => Promise<HttpResponseInit>,
): void {
  const call: Call = calls[name];
  answers(
    name,
    served((request, context) =>
      answerWhenReady(app, context, async (ready) => {
        const access = call.open ? fullAccess : accessOfCall(ready, request);
        if (access === null || (call.whole && access.sites !== null)) return answerProblem(notAllowed);
        const query = checkQuery(call.query ?? {}, request.query);
        if (!query.ok) return answerProblem(query.problem);
        return answer({
          app: ready,
          request,
          params: request.params,
          query: query.value as Query<Named<Name>>,
          nowMs: Date.now(),
          visible: access.sites,
        });
      }),
    ),
  );
}

/** Where a list goes on: at the public address, or the one that was asked, without the caller's key. */
function linkTo(
  { app: { publicUrl }, request }: Pick<Asked<Call>, 'app' | 'request'>,
  cursor: string,
): string {
  const url = new URL(request.url);
  url.searchParams.delete('code');
  url.searchParams.set('cursor', cursor);
  return publicUrl === null ? url.toString() : `${publicUrl}${url.pathname}${url.search}`;
}
