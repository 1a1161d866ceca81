import { z } from 'zod';
import { behaviourFields, createBehaviour, misbehaved } from './behaviour.ts';
import { type Reply, ReplyError } from './reply.ts';
import { type CloudRequest, header, jsonBody } from './request.ts';
import type { Route } from './router.ts';

const minuteMs = 60_000;
const maxRowsBytes = 16 * 1024 * 1024;
const mostRows = 200_000;
/** The service refuses more points than this in one answer, too. */
const mostMinutes = 3 * 24 * 60;

const rowsSchema = z.array(
  z.strictObject({
    resourceId: z.string().startsWith('/subscriptions/'),
    metric: z.string().min(1),
    timestamp: z.iso.datetime({ offset: true }),
    average: z.number(),
  }),
  { error: 'send an array of { resourceId, metric, timestamp, average }' },
);
const behaviourSchema = z.strictObject(behaviourFields);

const managementAudience = /^https:\/\/management\.[a-z.]+\/*$/;

const errorCode = (status: number): string =>
  ({ 401: 'AuthenticationFailed', 403: 'AuthorizationFailed', 429: 'TooManyRequests' })[status] ??
  'InternalServerError';

const keyOf = (resourceId: string, metric: string): string => `${resourceId}|${metric}`.toLowerCase();

/** The metrics of Azure Resource Manager: rows and behaviour on the main port, questions behind TLS and a token. */
export const createMetrics = (
  audienceOf: (token: string, nowMs: number) => string | null,
): { routes: Route[]; tlsRoutes: Route[] } => {
  /** By resource and metric, then by minute. */
  const series = new Map<string, Map<number, number>>();
  const behaviour = createBehaviour<z.infer<typeof behaviourSchema>>();
  let rowCount = 0;

  const clear = (): void => {
    series.clear();
    rowCount = 0;
  };

  const checkToken = (request: CloudRequest): void => {
    const token = /^Bearer (.+)$/i.exec(header(request, 'authorization') ?? '')?.[1];
    const audience = token === undefined ? null : audienceOf(token, request.nowMs);
    if (audience === null) throw new ReplyError(401, errorCode(401), 'Authentication failed.');
    const own = `https://${header(request, 'host')}`;
    if (audience !== own && !managementAudience.test(audience)) {
      const message = `The token is for '${audience}', not for ${own} or https://management.azure.com.`;
      throw new ReplyError(401, 'InvalidAuthenticationTokenAudience', message);
    }
  };

  const answer = (request: CloudRequest): Reply => {
    checkToken(request);
    const told = behaviour.next();
    const failure = misbehaved(told, errorCode);
    if (failure !== null) return failure;
    const path = decodeURIComponent(request.url.pathname).replace(/^\/+/, '/');
    const [, resourceId] = /^(\/.+)\/providers\/Microsoft\.Insights\/metrics$/i.exec(path) ?? [];
    if (resourceId === undefined) throw new ReplyError(404, 'NotFound', `There is no ${path} here.`);
    const asked = request.url.searchParams;
    const { fromMs, toMs } = timespanOf(asked.get('timespan') ?? '');
    if ((asked.get('interval') ?? 'PT1M') !== 'PT1M') throw badRequest('interval: only PT1M is served here');
    const names = (asked.get('metricnames') ?? '').split(',').filter((name) => name !== '');
    if (names.length === 0) throw badRequest('metricnames: name at least one metric');
    const value = names.map((name) =>
      metricOf(resourceId, name, series.get(keyOf(resourceId, name)), fromMs, toMs),
    );
    const timespan = `${new Date(fromMs).toISOString()}/${new Date(toMs).toISOString()}`;
    const body = { cost: 0, timespan, interval: 'PT1M', namespace: 'Microsoft.Devices/IotHubs', value };
    return { status: 200, body, delayMs: told?.delayMs ?? 0 };
  };

  const routes: Route[] = [
    {
      method: 'POST',
      path: '/metrics',
      maxBytes: maxRowsBytes,
      handle: (request) => {
        const rows = jsonBody(request, rowsSchema);
        rowCount += rows.length;
        if (rowCount > mostRows)
          throw new ReplyError(
            413,
            'TooManyRows',
            `At most ${mostRows} rows are kept; DELETE /metrics first.`,
          );
        for (const { resourceId, metric, timestamp, average } of rows) {
          const key = keyOf(resourceId, metric);
          const points = series.get(key) ?? new Map<number, number>();
          points.set(Math.floor(Date.parse(timestamp) / minuteMs), average);
          series.set(key, points);
        }
        return { status: 200, body: { added: rows.length } };
      },
    },
    {
      method: 'DELETE',
      path: '/metrics',
      handle: () => {
        clear();
        behaviour.set(null);
        return { status: 204 };
      },
    },
    {
      method: 'PUT',
      path: '/metrics/behaviour',
      handle: (request) => {
        behaviour.set(jsonBody(request, behaviourSchema));
        return { status: 204 };
      },
    },
  ];
  // Resource Manager takes ids in any case, so no segment is literal.
  const resource = '/{a}/{subscription}/{b}/{group}/{c}/{namespace}/{type}/{name}';
  return {
    routes,
    tlsRoutes: [{ method: 'GET', path: `${resource}/{d}/{insights}/{metrics}`, handle: answer }],
  };
};

/** One metric as Resource Manager writes it: an entry for each minute, without a value where there is none. */
const metricOf = (
  resourceId: string,
  name: string,
  points: ReadonlyMap<number, number> | undefined,
  fromMs: number,
  toMs: number,
): object => {
  const first = Math.floor(fromMs / minuteMs);
  const minutes = Array.from({ length: Math.ceil(toMs / minuteMs) - first }, (_, index) => first + index);
  const data = minutes.map((minute) => {
    const average = points?.get(minute);
    return {
      timeStamp: new Date(minute * minuteMs).toISOString(),
      ...(average === undefined ? {} : { average }),
    };
  });
  return {
    id: `${resourceId}/providers/Microsoft.Insights/metrics/${name}`,
    type: 'Microsoft.Insights/metrics',
    name: { value: name, localizedValue: name },
    unit: 'Count',
    timeseries: [{ metadatavalues: [], data }],
    errorCode: 'Success',
  };
};

const timespanOf = (text: string): { fromMs: number; toMs: number } => {
  const [fromMs = Number.NaN, toMs = Number.NaN] = text.split('/').map(Date.parse);
  if (!(toMs > fromMs)) throw badRequest(`timespan: '${text}' is not <start>/<end>`);
  if (toMs - fromMs > mostMinutes * minuteMs) throw badRequest('timespan: too long for PT1M');
  return { fromMs, toMs };
};

const badRequest = (message: string): ReplyError => new ReplyError(400, 'BadRequest', message);
