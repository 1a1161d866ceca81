import type { MetricsQueryClient, MetricsQueryResult } from '@azure/monitor-query';
import { appCredential } from '../identity/appCredential.ts';
import { connectPatience } from '../outgoing/connectPatience.ts';
import { untilAborted } from '../outgoing/untilAborted.ts';
import type { MetricPoint } from './levelsOf.ts';

const metricName = 'connectedDeviceCount';
const timeOutMs = 20_000;

/** `unavailable`: the metric could not be had, which says nothing of the hub. */
export type MetricAnswer =
  | { readonly kind: 'points'; readonly points: readonly MetricPoint[] }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** The count of connected devices, minute by minute. Never throws. */
export interface HubMetrics {
  connectedDevices(hubResourceId: string, fromMs: number, toMs: number): Promise<MetricAnswer>;
}

/** Where there are no metrics, as in tests of everything else. */
export const noHubMetrics: HubMetrics = {
  connectedDevices: async () => ({ kind: 'unavailable', reason: 'metrics are not set up' }),
};

/**
 * Reads the hub's metrics with the app's identity (role Monitoring Reader on the hub). The only file that knows the
 * metrics client; see docs/decisions for why it is this one. The packages are loaded with the first question.
 * @param settings `endpoint`: origin of the API, TLS only, for which tokens are asked too; null: the public cloud
 */
export function createHubMetrics(settings: { readonly endpoint: string | null }): HubMetrics {
  let made: Promise<MetricsQueryClient> | null = null;
  const client = (): Promise<MetricsQueryClient> => {
    made ??= makeClient(settings.endpoint).catch((error: unknown) => {
      made = null;
      throw error;
    });
    return made;
  };
  return {
    async connectedDevices(hubResourceId, fromMs, toMs) {
      const abortSignal = AbortSignal.timeout(timeOutMs);
      try {
        const metrics = await untilAborted(abortSignal, client());
        // The client puts a slash before the id.
        const asked = metrics.queryResource(hubResourceId.replace(/^\//, ''), [metricName], {
          timespan: { startTime: new Date(fromMs), endTime: new Date(toMs) },
          granularity: 'PT1M',
          aggregations: ['Average'],
          abortSignal,
          requestOptions: { timeout: timeOutMs },
        });
        const result = await untilAborted(abortSignal, asked);
        return answerOf(result);
      } catch (error) {
        const reason = abortSignal.aborted ? `no answer within ${timeOutMs / 1000} s` : reasonOf(error);
        return { kind: 'unavailable', reason };
      }
    },
  };
}

async function makeClient(endpoint: string | null): Promise<MetricsQueryClient> {
  const [{ MetricsQueryClient }, credential] = await Promise.all([
    import('@azure/monitor-query'),
    appCredential(),
  ]);
  // The next look is the retry.
  return new MetricsQueryClient(credential, {
    ...(endpoint ? { endpoint, audience: endpoint } : {}),
    retryOptions: { maxRetries: 0 },
    additionalPolicies: [{ policy: connectPatience, position: 'perRetry' }],
  });
}

/** A metric may fail by itself within an answer of status 200; minutes without a value have none. */
function answerOf(result: MetricsQueryResult): MetricAnswer {
  const metric = result.getMetricByName(metricName);
  if (!metric) return { kind: 'unavailable', reason: `the answer has no metric ${metricName}` };
  if (metric.errorCode && metric.errorCode !== 'Success') {
    return { kind: 'unavailable', reason: `${metric.errorCode} ${metric.errorMessage ?? ''}`.trim() };
  }
  const data = metric.timeseries.flatMap((series) => series.data ?? []);
  const points = data.flatMap(({ timeStamp, average }) =>
    average === undefined || average === null ? [] : [{ atMs: timeStamp.getTime(), average }],
  );
  return { kind: 'points', points };
}

function reasonOf(thrown: unknown): string {
  const error = (thrown instanceof Error ? thrown : new Error(String(thrown))) as Error & {
    statusCode?: number;
  };
  const line = (error.message.split('\n')[0] ?? '').slice(0, 300);
  return error.statusCode ? `${error.statusCode} ${line}` : line;
}
