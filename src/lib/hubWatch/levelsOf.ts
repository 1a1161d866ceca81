/** One point of a metric: the average over the minute that begins then. */
export type MetricPoint = { readonly atMs: number; readonly average: number };

/** Levels of `connectedDeviceCount`; null: too few points to say. */
export type Levels = { readonly connected: number | null; readonly hourAgo: number | null };

const minuteMs = 60_000;

/** Metrics come one to three minutes late; older than this, they say nothing of now. */
const freshMs = 10 * minuteMs;
const newestPoints = 5;
const leastPoints = 3;

/** How far back the points must reach. */
export const lookBackMs = 65 * minuteMs;

/** The level of the last minutes and that of an hour ago. Missing minutes are missing, not zero. */
export function levelsOf(points: readonly MetricPoint[], nowMs: number): Levels {
  const between = (fromMs: number, toMs: number) =>
    points.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs).sort((a, b) => b.atMs - a.atMs);
  return {
    connected: median(between(nowMs - freshMs, nowMs).slice(0, newestPoints)),
    hourAgo: median(between(nowMs - lookBackMs, nowMs - 55 * minuteMs)),
  };
}

/** Not the mean: that would tell of a level between two which the hub never had. */
function median(points: readonly MetricPoint[]): number | null {
  if (points.length < leastPoints) return null;
  const sorted = points.map(({ average }) => average).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
