/** One point of a metric: the average over the minute that begins then. */
export type MetricPoint = { readonly atMs: number; readonly average: number };

/** Averages of `connectedDeviceCount`; null: too few points to say. */
export type Levels = { readonly connected: number | null; readonly hourAgo: number | null };

const minuteMs = 60_000;

/** Metrics come one to three minutes late; older than this, they say nothing of now. */
const freshMs = 10 * minuteMs;
const averagedPoints = 5;
const leastPoints = 3;

/** How far back the points must reach. */
export const lookBackMs = 65 * minuteMs;

/** The level of the last minutes and that of an hour ago. Missing minutes are missing, not zero. */
export function levelsOf(points: readonly MetricPoint[], nowMs: number): Levels {
  const between = (fromMs: number, toMs: number) =>
    points.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs).sort((a, b) => b.atMs - a.atMs);
  return {
    connected: average(between(nowMs - freshMs, nowMs).slice(0, averagedPoints)),
    hourAgo: average(between(nowMs - lookBackMs, nowMs - 55 * minuteMs)),
  };
}

function average(points: readonly MetricPoint[]): number | null {
  if (points.length < leastPoints) return null;
  return points.reduce((sum, point) => sum + point.average, 0) / points.length;
}
