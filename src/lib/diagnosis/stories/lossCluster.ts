/**
 * A hub notices silent MQTT peers 1.5 × their keep-alive later, which is 30 to 450 s with the SDKs' defaults, and events
 * tell it in snapshots of 60 s (docs/platform.md#silent-devices): what fell together is noticed within this time.
 */
export const keepAliveSpreadMs = 510_000;

export type LossCluster = { readonly fromMs: number; readonly toMs: number; readonly size: number };

/** The stretch of one keep-alive spread that holds the most losses; null without any time. */
export function densestCluster(timesMs: readonly number[]): LossCluster | null {
  const sorted = [...timesMs].sort((a, b) => a - b);
  let best: LossCluster | null = null;
  let end = 0;
  for (const [start, fromMs] of sorted.entries()) {
    while (end + 1 < sorted.length && sorted[end + 1]! - fromMs <= keepAliveSpreadMs) end++;
    const size = end - start + 1;
    if (!best || size > best.size) best = { fromMs, toMs: sorted[end]!, size };
  }
  return best;
}
