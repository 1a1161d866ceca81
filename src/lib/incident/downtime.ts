import type { Span } from '../control/timeInterval.ts';
import type { IncidentFile } from './incidentFile.ts';

/** How long a device was down in a time, planned work left out. Times are milliseconds. */
export type Downtime = {
  readonly deviceId: string;
  readonly moduleId: string | null;
  readonly spans: readonly Span[];
};

/**
 * When the devices of incidents were down within a time, by `deviceKey`. Of a device that fell more than once in one
 * incident, the last loss is known.
 *
 * @param plannedOf spans of planned work for a device, which do not count
 */
export function downtimeOf(
  files: readonly Pick<IncidentFile, 'incident'>[],
  within: Span,
  plannedOf: (deviceId: string) => readonly Span[],
  nowMs: number,
): Map<string, Downtime> {
  const found = new Map<string, Downtime>();
  for (const { incident } of files) {
    const endMs = incident.resolvedAtMs ?? nowMs;
    for (const [key, { deviceId, moduleId, lostAtMs, backAtMs }] of incident.members) {
      if (lostAtMs === null) continue;
      const fromMs = Math.max(lostAtMs, within.fromMs);
      const untilMs = Math.min(backAtMs ?? endMs, within.untilMs, nowMs);
      if (untilMs <= fromMs) continue;
      const spans = [...(found.get(key)?.spans ?? []), { fromMs, untilMs }];
      found.set(key, { deviceId, moduleId, spans });
    }
  }
  const counted = [...found].map(([key, one]): [string, Downtime] => {
    return [key, { ...one, spans: without(united(one.spans), united(plannedOf(one.deviceId))) }];
  });
  return new Map(counted.filter(([, { spans }]) => spans.length > 0));
}

/** Spans in order, none of which touches another. */
export function united(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = merged.at(-1);
    if (last && span.fromMs <= last.untilMs) {
      merged[merged.length - 1] = { ...last, untilMs: Math.max(last.untilMs, span.untilMs) };
    } else merged.push(span);
  }
  return merged;
}

/** What of some spans lies in none of others; both in order and apart. */
export function without(spans: readonly Span[], others: readonly Span[]): Span[] {
  return spans.flatMap((span) => {
    const left: Span[] = [];
    let fromMs = span.fromMs;
    for (const other of others) {
      if (other.untilMs <= fromMs || other.fromMs >= span.untilMs) continue;
      if (other.fromMs > fromMs) left.push({ fromMs, untilMs: other.fromMs });
      fromMs = Math.max(fromMs, other.untilMs);
    }
    if (fromMs < span.untilMs) left.push({ fromMs, untilMs: span.untilMs });
    return left;
  });
}

export function lengthMs(spans: readonly Span[]): number {
  return spans.reduce((sum, { fromMs, untilMs }) => sum + untilMs - fromMs, 0);
}
