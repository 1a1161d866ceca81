import type { Site } from '../directory/placeOf.ts';
import { nextOccurrence, occurrenceAt } from './calendar.ts';
import { coversDevice, reaches } from './controlMatch.ts';
import type { QuietRules } from './quiet.ts';
import type { Span, TimeInterval } from './timeInterval.ts';

/** A recurring window of a minute every minute would have more in a month; what follows them counts as unplanned. */
const mostOccurrences = 5_000;

/** When work was planned for a device within a time, grace left out; in any order. */
export function plannedSpans(
  rules: QuietRules,
  hub: string,
  site: Site,
  within: Span,
): (deviceId: string) => readonly Span[] {
  const covers = [
    ...rules.controls.windows
      .filter(({ match }) => reaches(match, hub, site))
      .map(({ match, fromMs, untilMs, takenBack }) => ({
        match,
        spans: [{ fromMs, untilMs: Math.min(untilMs, takenBack?.atMs ?? untilMs) }],
      })),
    ...rules.maintenance
      .filter(({ match }) => reaches(match, hub, site))
      .map(({ match, at }) => ({
        match,
        spans: 'during' in at ? at.during.flatMap((interval) => occurrences(interval, within)) : [at],
      })),
  ];
  return (deviceId) =>
    covers
      .filter(({ match }) => coversDevice(match, deviceId))
      .flatMap(({ spans }) => spans)
      .filter(({ fromMs, untilMs }) => untilMs > fromMs);
}

function occurrences(interval: TimeInterval, { fromMs, untilMs }: Span): Span[] {
  const found: Span[] = [];
  let span = occurrenceAt(interval, fromMs) ?? nextOccurrence(interval, fromMs);
  while (span !== null && span.fromMs < untilMs && found.length < mostOccurrences) {
    found.push(span);
    span = nextOccurrence(interval, span.fromMs);
  }
  return found;
}
