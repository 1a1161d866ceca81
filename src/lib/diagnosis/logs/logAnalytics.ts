import type { LogsQueryClient, LogsTable } from '@azure/monitor-query';
import { appCredential } from '../../identity/appCredential.ts';
import { connectPatience } from '../../outgoing/connectPatience.ts';
import { untilAborted } from '../../outgoing/untilAborted.ts';
import type { LogAnswer, LogCells, LogWorkspace } from './logWorkspace.ts';
import type { LogQuestion } from './queries.ts';

/** When a throttle names no time: the length of the service's rate window (docs/platform.md#limits-of-log-queries). */
const defaultRetryAfterMs = 30_000;

export type LogAnalyticsSettings = {
  /** GUID of the workspace. */
  readonly workspaceId: string;
  /** Origin of the query API; null: the public cloud. Only TLS: the token must not travel in the clear. */
  readonly endpoint: string | null;
};

/**
 * Asks a Log Analytics workspace with the app's identity. The only file that knows the client package; see
 * docs/decisions for why it is `@azure/monitor-query`. The packages are loaded with the first question.
 */
export function createLogAnalytics(settings: LogAnalyticsSettings): LogWorkspace {
  let made: Promise<LogsQueryClient> | null = null;
  const client = (): Promise<LogsQueryClient> => {
    made ??= makeClient(settings).catch((error: unknown) => {
      made = null;
      throw error;
    });
    return made;
  };
  return {
    async ask(question, budgetMs) {
      const abort = AbortSignal.timeout(budgetMs);
      try {
        const asked = client().then((logs) => query(logs, settings.workspaceId, question, budgetMs, abort));
        return await untilAborted(abort, asked);
      } catch (error) {
        return abort.aborted ? { kind: 'timedOut' } : answerOf(error);
      }
    },
  };
}

async function makeClient({ endpoint }: LogAnalyticsSettings): Promise<LogsQueryClient> {
  const [{ LogsQueryClient }, credential] = await Promise.all([
    import('@azure/monitor-query'),
    appCredential(),
  ]);
  // Retries would multiply the wait; the caller asks again later.
  return new LogsQueryClient(credential, {
    ...(endpoint ? { endpoint } : {}),
    retryOptions: { maxRetries: 0 },
    additionalPolicies: [{ policy: connectPatience, position: 'perRetry' }],
  });
}

async function query(
  client: LogsQueryClient,
  workspaceId: string,
  question: LogQuestion,
  budgetMs: number,
  abortSignal: AbortSignal,
): Promise<LogAnswer> {
  const timespan = { startTime: new Date(question.fromMs), endTime: new Date(question.toMs) };
  const result = await client.queryWorkspace(workspaceId, question.query, timespan, {
    serverTimeoutInSeconds: Math.max(1, Math.ceil(budgetMs / 1000)),
    abortSignal,
    requestOptions: { timeout: budgetMs },
  });
  // A partial result is not thrown (docs/platform.md#partial-results).
  return 'partialTables' in result
    ? { kind: 'partial', rows: cellsOf(result.partialTables[0]), reason: result.partialError.message }
    : { kind: 'rows', rows: cellsOf(result.tables[0]) };
}

function cellsOf(table: LogsTable | undefined): LogCells[] {
  const names = table?.columnDescriptors.map(({ name }) => name ?? '') ?? [];
  return (table?.rows ?? []).map((row) => Object.fromEntries(names.map((name, index) => [name, row[index]])));
}

/** The parts of RestError and of the identity errors that tell the kinds of trouble apart. */
type ServiceError = Error & {
  readonly statusCode?: number;
  readonly code?: string;
  readonly details?: unknown;
  readonly response?: { readonly headers: { get(name: string): string | undefined } };
};

/** Which kind of trouble an error of the client is. Exported for the tests. */
export function answerOf(thrown: unknown): LogAnswer {
  const error = (thrown instanceof Error ? thrown : new Error(String(thrown))) as ServiceError;
  const reason = firstLine(error.message);
  if (/Credential|Authentication/.test(error.name)) return { kind: 'refused', reason };
  switch (error.statusCode) {
    case 400:
      return isMissingTable(error) ? { kind: 'noTable' } : { kind: 'failed', reason: `400 ${reason}` };
    case 401:
    case 403:
      return { kind: 'refused', reason: `${error.statusCode} ${reason}` };
    case 408:
    case 504:
      return { kind: 'timedOut' };
    case 429:
      return { kind: 'throttled', retryAfterMs: retryAfterMs(error.response?.headers.get('retry-after')) };
    default:
      return { kind: 'failed', reason: error.statusCode ? `${error.statusCode} ${reason}` : reason };
  }
}

/** AzureDiagnostics exists from its first row on; before, naming it is a semantic error (docs/platform.md#the-log-table). */
function isMissingTable(error: ServiceError): boolean {
  const told = `${error.message} ${JSON.stringify(error.details ?? '')}`;
  return /resolve (table|scalar|table or column)[^"]*AzureDiagnostics/i.test(told);
}

/** Seconds or an HTTP date. */
function retryAfterMs(header: string | undefined): number {
  if (!header) return defaultRetryAfterMs;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? defaultRetryAfterMs : Math.max(1000, ms);
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').slice(0, 300);
}
