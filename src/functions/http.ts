import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type * as z from 'zod';
import { type Access, maySee } from '../lib/access/access.ts';
import { type ProblemDetails, problemDetails, problemType } from '../lib/api/problemDetails.ts';
import { type Checked, check, checkBody, mistakes } from '../lib/api/readBody.ts';
import { byRequest } from '../lib/api/requests.ts';
import { type App, ContentionError, OutdatedRulesError } from '../lib/app/app.ts';
import { suggestion } from '../lib/fields/nearest.ts';
import { isStorageFault } from '../lib/store/storageFault.ts';
import { createLog } from '../lib/telemetry/log.ts';
import { accessOfCall } from './access.ts';

export function answerProblem(
  problem: ProblemDetails,
  headers: Readonly<Record<string, string>> = {},
): HttpResponseInit {
  return {
    status: problem.status,
    headers: { 'content-type': problemType, ...headers },
    jsonBody: problem,
  };
}

const key = 'code';

/** What is wrong with the names of parameters; null: nothing. A key may always be there. */
export function parameterProblem(request: HttpRequest, known: readonly string[]): ProblemDetails | null {
  const unknown = [...new Set(request.query.keys())].filter((name) => name !== key && !known.includes(name));
  if (unknown.length === 0) return null;
  return mistakes(
    unknown.map((name) => ({
      path: name.slice(0, 50),
      value: null,
      message: `is not a known parameter; ${suggestion(name.slice(0, 50), known)}`,
    })),
  );
}

/** Storage that does not answer, or others that are faster, are over soon. */
const retryAfter = { 'retry-after': '5' } as const;

/**
 * Answers a request with the app, or 503 while there is none: the configuration or a setting is wrong, or the storage does
 * not answer. The reasons are in the log alone, for they may name hosts.
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
    return answerProblem(problemDetails(503, 'not ready; the log says why'));
  }
  try {
    return await answer(ready);
  } catch (error) {
    if (!isStorageFault(error) && !isPassing(error)) throw error;
    createLog(context).warn('request not answered', { because: String(error) });
    const why = isPassing(error) ? 'others are changing the same' : 'the storage does not answer';
    return answerProblem(problemDetails(503, `${why}; try again`), retryAfter);
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof ContentionError || error instanceof OutdatedRulesError;
}

/** As `answerWhenReady`, for calls that change something: a page of another origin cannot make a browser call them. */
export async function answerAction(
  app: () => Promise<App>,
  request: HttpRequest,
  context: InvocationContext,
  answer: (app: App, access: Access) => Promise<HttpResponseInit> | HttpResponseInit,
): Promise<HttpResponseInit> {
  return answerWhenReady(app, context, (ready) => {
    const origin = request.headers.get('origin');
    const foreign = origin !== null && !isOwn(origin, request, ready);
    if (foreign) return answerProblem(problemDetails(403, 'a page of another origin may not do this'));
    const access = accessOfCall(ready, request);
    return access?.mayAct ? answer(ready, access) : mayNotAct();
  });
}

export function mayNotAct(): HttpResponseInit {
  return answerProblem(problemDetails(403, 'whoever asks has no role that may do this'));
}

/**
 * As `answerAction`, for a call on the incident of the path, by whoever may act on its place. Who may act on some sites alone
 * does not learn whether there is another.
 */
export async function answerIncidentAction(
  app: () => Promise<App>,
  request: HttpRequest,
  context: InvocationContext,
  answer: (app: App, incidentId: string, access: Access) => Promise<HttpResponseInit>,
): Promise<HttpResponseInit> {
  return answerAction(app, request, context, async (ready, access) => {
    const { incidentId = '' } = request.params;
    const found = access.sites === null ? null : await ready.history.find(incidentId);
    const isTheirs = access.sites === null || (found !== null && maySee(access, found.place));
    return isTheirs ? answer(ready, incidentId, access) : mayNotAct();
  });
}

/** Who signed in is who did it, whatever the body says. */
export function doneBy<Asked extends { readonly by: string }>(asked: Asked, { name }: Access): Asked {
  return name === null ? asked : { ...asked, by: name };
}

/** `null` is foreign too: any page can make a browser say it. A proxy may have taken TLS off, so the host decides. */
function isOwn(origin: string, request: HttpRequest, { publicUrl }: App): boolean {
  const host = URL.parse(origin)?.host;
  const own = [request.url, publicUrl].map((url) => (url === null ? null : URL.parse(url)?.host));
  return host !== undefined && host !== '' && own.includes(host);
}

/** The body of a request by its schema. */
export async function bodyOf<Schema extends z.ZodType>(
  request: HttpRequest,
  schema: Schema,
): Promise<Checked<z.output<Schema>>> {
  return checkBody(schema, {
    contentType: request.headers.get('content-type'),
    text: await request.text(),
  });
}

/** Who takes something back, by the body or else `?by=`. */
export async function whoTakesBack(request: HttpRequest): Promise<Checked<{ readonly by: string }>> {
  const problem = parameterProblem(request, ['by']);
  if (problem !== null) return { ok: false, problem };
  const text = await request.text();
  if (text !== '') return checkBody(byRequest, { contentType: request.headers.get('content-type'), text });
  const by = request.query.get('by');
  return check(byRequest, by === null ? {} : { by }, 'query');
}
