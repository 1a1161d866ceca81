import { formatDuration } from '../../src/lib/fields/quantities.ts';
import type { Clock } from '../../src/lib/notify/words/clock.ts';
import { oneLine } from '../../src/lib/notify/words/oneLine.ts';
import type { Change } from '../../src/lib/replay/compare.ts';

/** One difference, as people say it. */
export function changeInWords(
  { kind, receiver, reason, devices, deviceCount, wasMs, wouldBeMs }: Change,
  clock: Clock,
): string {
  const more = deviceCount > devices.length ? ` and ${deviceCount - devices.length} more` : '';
  const what = `${reason} to ${oneLine(receiver)} about ${devices.map(oneLine).join(', ')}${more}`;
  if (wouldBeMs === null) return `${kind}: ${what}, sent ${clock.instant(wasMs ?? 0)}, would not be sent.`;
  if (wasMs === null) return `${kind}: ${what} would be sent ${clock.instant(wouldBeMs)}.`;
  const apart = formatDuration(Math.round(Math.abs(wouldBeMs - wasMs) / 1_000) * 1_000);
  return `${kind}: ${what} would come ${apart} ${kind}: ${clock.instant(wouldBeMs)} instead of ${clock.instant(wasMs)}.`;
}
