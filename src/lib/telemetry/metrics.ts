import type { Log } from './log.ts';

/** The metrics that the workbook shows, with what each is split by. Counts are sums over time, the others extremes. */
export type Metric =
  | {
      readonly name: 'events.received' | 'events.malformed' | 'events.foreign' | 'reports.malformed';
      readonly value: number;
    }
  | { readonly name: 'devices.transitions'; readonly value: number; readonly reason: string }
  | {
      readonly name: `notices.${'decided' | 'sent' | 'retried' | 'failed' | 'dropped'}`;
      readonly value: number;
      readonly receiver: string;
      readonly reason: string;
    }
  /** Reports that a mail did not arrive, by their status; `known` ones came again, `unknown` ones are about no mail of ours. */
  | {
      readonly name: `reports.${'failed' | 'known' | 'unknown'}`;
      readonly value: number;
      readonly receiver: string;
      readonly reason: string;
    }
  | {
      readonly name: 'diagnosis.answers';
      readonly value: number;
      readonly status: string;
      readonly cause: string;
    }
  /** Sites that wait for the end of a hold or for another moment. */
  | { readonly name: 'holds.pending'; readonly value: number }
  | { readonly name: 'sweep.oldestDueSeconds'; readonly value: number }
  /** Age of a notice that is not delivered yet. */
  | { readonly name: 'notices.oldestPendingSeconds'; readonly value: number }
  /** 1 while the newest version of the configuration is refused. */
  | { readonly name: 'config.refused'; readonly value: number };

/** A trace of Application Insights holds 32 Ki characters; a point takes some hundred. */
const pointsInLine = 100;

/**
 * Writes metrics as one line, `metrics {"points":[{"name":…,"value":…}]}`. A line of an invocation costs what one point
 * costs; host.json keeps these lines out of sampling (docs/decisions/0007-metrics-as-log-lines.md).
 */
export function record(log: Log, points: readonly Metric[]): void {
  for (let start = 0; start < points.length; start += pointsInLine) {
    log.info('metrics', { points: points.slice(start, start + pointsInLine) });
  }
}

/** One point for each different value of `keyOf`, with their number. */
export function counted<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  point: (item: Item, value: number) => Metric,
): Metric[] {
  return [...Map.groupBy(items, keyOf).values()].map((group) => point(group[0]!, group.length));
}
