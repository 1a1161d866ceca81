import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { z } from 'zod';
import { behaviourFields, createBehaviour, misbehaved } from './behaviour.ts';
import { createJournal } from './journal.ts';
import { KqlError } from './kql/kqlError.ts';
import type { Table } from './kql/value.ts';
import { kqlErrorReply, tablesBody } from './logAnswer.ts';
import { createLogTable } from './logTable.ts';
import { type Reply, ReplyError } from './reply.ts';
import { type CloudRequest, header, jsonBody } from './request.ts';
import type { Route } from './router.ts';

/** A query as it came, for tests to look at. */
type ReceivedQuery = {
  receivedAt: string;
  workspaceId: string;
  query: string;
  timespan: string | null;
  prefer: string | null;
  status: number;
  rows: number | null;
};

const rowsSchema = z.array(z.record(z.string(), z.unknown()), {
  error: 'send an array of AzureDiagnostics rows',
});
const querySchema = z.looseObject({
  query: z.string(),
  timespan: z.string().nullish(),
  workspaces: z.array(z.string()).nullish(),
});
const behaviourSchema = z.strictObject({
  ...behaviourFields,
  /** Answers 200 with the tables and an error beside them. */
  partial: z.boolean().nullish(),
});
type LogsBehaviour = z.infer<typeof behaviourSchema>;

const maxRowsBytes = 64 * 1024 * 1024;
const maxQueryBytes = 4 * 1024 * 1024;
/** Without a `Prefer: wait`, the service gives up after three minutes (docs/platform.md#limits-of-log-queries). */
const defaultWaitSeconds = 180;
const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const logAudience =
  /^https:\/\/api\.loganalytics\.(io|us|azure\.cn|azure\.com)\/?$|^https:\/\/.*\.loganalytics\./;

const errorCode = (status: number): string =>
  ({
    400: 'BadArgumentError',
    401: 'AuthorizationRequiredError',
    403: 'InsufficientAccessError',
    404: 'PathNotFoundError',
    429: 'ThrottledError',
    504: 'GatewayTimeout',
  })[status] ?? 'InternalServerError';

/** The Log Analytics stand-in: rows and behaviour on the main port, queries behind TLS and a bearer token. */
export const createLogAnalytics = (
  audienceOf: (token: string, nowMs: number) => string | null,
): { routes: Route[]; tlsRoutes: Route[] } => {
  const table = createLogTable();
  const behaviour = createBehaviour<LogsBehaviour>();
  const queries = createJournal<ReceivedQuery>({ items: 1_000, bytes: 64 * 1024 * 1024 });

  const checkToken = (request: CloudRequest): void => {
    const token = /^Bearer (.+)$/i.exec(header(request, 'authorization') ?? '')?.[1];
    const audience = token === undefined ? null : audienceOf(token, request.nowMs);
    if (audience === null) {
      throw new ReplyError(401, 'AuthorizationRequiredError', 'Valid authentication was not provided');
    }
    if (!logAudience.test(audience)) {
      const message = `The provided authentication is not valid for this resource: the token is for '${audience}'`;
      throw new ReplyError(403, 'InvalidTokenError', message);
    }
  };

  const evaluate = async (text: string, rows: Table | null, nowMs: number): Promise<Table> => {
    const { evaluateQuery } = await import('./kql/evaluate.ts');
    await yieldToOthers();
    try {
      return evaluateQuery(text, rows === null ? {} : { AzureDiagnostics: rows }, nowMs);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new KqlError(
        'SemanticError',
        'LOCAL0002',
        'the query is nested too deeply for the local cloud',
        0,
      );
    }
  };

  const answer = async (
    request: CloudRequest,
    told: LogsBehaviour | null,
  ): Promise<{ reply: Reply; query: string; timespan: string | null; rows: number | null }> => {
    const { query, timespan } = jsonBody(request, querySchema, 'BadArgumentError');
    const span = timespan || null;
    const failure = misbehaved({ retryAfterSeconds: told?.status === 429 ? 1 : null, ...told }, errorCode);
    if (failure !== null) return { reply: failure, query, timespan: span, rows: null };
    try {
      const result = await evaluate(query, table.read(request.nowMs, span), request.nowMs);
      const body = tablesBody(result, told?.partial ?? false);
      const reply = { status: 200, body, delayMs: told?.delayMs ?? 0 };
      return { reply, query, timespan: span, rows: result.rows.length };
    } catch (error) {
      if (!(error instanceof KqlError)) throw error;
      return { reply: kqlErrorReply(error, query), query, timespan: span, rows: null };
    }
  };

  /** The service answers 504 when the time that the client gave it is over. */
  const withinWait = (reply: Reply, request: CloudRequest): Reply => {
    const wait = /wait=(\d+)/.exec(header(request, 'prefer') ?? '')?.[1];
    const waitMs = Number(wait ?? defaultWaitSeconds) * 1000;
    if ((reply.delayMs ?? 0) <= waitMs) return reply;
    const late = new ReplyError(
      504,
      'GatewayTimeout',
      `The query did not finish within ${waitMs / 1000} seconds.`,
    );
    return { ...late.reply, delayMs: waitMs };
  };

  const runQuery = async (request: CloudRequest): Promise<Reply> => {
    const workspaceId = request.params.workspaceId ?? '';
    checkToken(request);
    if (!guid.test(workspaceId)) {
      throw new ReplyError(
        404,
        'PathNotFoundError',
        `There is no workspace '${workspaceId}': its id is a GUID.`,
      );
    }
    const result = await answer(request, behaviour.next());
    const reply = withinWait(result.reply, request);
    const { query, timespan, rows } = result;
    const received: ReceivedQuery = {
      receivedAt: new Date(request.nowMs).toISOString(),
      workspaceId,
      query,
      timespan,
      prefer: header(request, 'prefer') ?? null,
      status: reply.status,
      rows,
    };
    queries.add(received, query.length);
    return reply;
  };

  const routes: Route[] = [
    {
      method: 'POST',
      path: '/logs',
      maxBytes: maxRowsBytes,
      handle: (request) => {
        const rows = jsonBody(request, rowsSchema);
        table.add(rows, request.nowMs);
        return { status: 200, body: { added: rows.length } };
      },
    },
    {
      method: 'DELETE',
      path: '/logs',
      handle: () => {
        table.clear();
        behaviour.set(null);
        queries.clear();
        return { status: 204 };
      },
    },
    {
      method: 'PUT',
      path: '/logs/behaviour',
      handle: (request) => {
        behaviour.set(jsonBody(request, behaviourSchema));
        return { status: 204 };
      },
    },
    { method: 'GET', path: '/logs/queries', handle: (request) => queries.page(request, (query) => query) },
  ];
  const tlsRoutes: Route[] = [
    { method: 'POST', path: '/v1/workspaces/{workspaceId}/query', maxBytes: maxQueryBytes, handle: runQuery },
  ];
  return { routes, tlsRoutes };
};
