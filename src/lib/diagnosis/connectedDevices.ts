import type { MetricsQueryClient } from '@azure/monitor-query';
import { appCredential } from './appCredential.ts';
import type { ConnectedSample } from './connectedDrop.ts';

/** The count is of the hub: it has no dimensions, so nothing is known per site (azure-facts §9.1). */
const metric = 'connectedDeviceCount';
const lookBackMs = 70 * 60_000;

export type ConnectedAnswer =
  | { readonly kind: 'samples'; readonly samples: readonly ConnectedSample[] }
  | { readonly kind: 'failed'; readonly reason: string };

/** The hub's count of connected devices, minute by minute over the last 70 minutes. Never throws. */
export interface ConnectedDevices {
  read(hubResourceId: string, nowMs: number, budgetMs: number): Promise<ConnectedAnswer>;
}

/**
 * Reads the metric from Azure Resource Manager with the app's identity (role: Monitoring Reader on the hub).
 * @param endpoint null: the public cloud's
 */
export function createConnectedDevices(endpoint: string | null = null): ConnectedDevices {
  let made: Promise<MetricsQueryClient> | null = null;
  const client = (): Promise<MetricsQueryClient> => {
    made ??= makeClient(endpoint).catch((error: unknown) => {
      made = null;
      throw error;
    });
    return made;
  };
  return {
    async read(hubResourceId, nowMs, budgetMs) {
      try {
        const metrics = await client();
        // The client puts its own slash before the id.
        const result = await metrics.queryResource(hubResourceId.replace(/^\//, ''), [metric], {
          granularity: 'PT1M',
          timespan: { startTime: new Date(nowMs - lookBackMs), endTime: new Date(nowMs) },
          // A snapshot: totals mean nothing.
          aggregations: ['Average'],
          abortSignal: AbortSignal.timeout(budgetMs),
        });
        const points = result.metrics
          .flatMap(({ timeseries }) => timeseries)
          .flatMap(({ data }) => data ?? []);
        const samples = points.flatMap(({ timeStamp, average }) =>
          average === undefined ? [] : [{ atMs: timeStamp.getTime(), devices: average }],
        );
        return { kind: 'samples', samples };
      } catch (error) {
        return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
      }
    },
  };
}

async function makeClient(endpoint: string | null): Promise<MetricsQueryClient> {
  const [{ MetricsQueryClient }, credential] = await Promise.all([
    import('@azure/monitor-query'),
    appCredential(),
  ]);
  return new MetricsQueryClient(credential, {
    ...(endpoint ? { endpoint } : {}),
    retryOptions: { maxRetries: 0 },
  });
}
