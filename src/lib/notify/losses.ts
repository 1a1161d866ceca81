import type { Incident, Member } from '../incident/incident.ts';
import type { DeviceFact, Interval, Losses } from './message.ts';

/** The losses of devices that are down, or of all; null: none of them was lost. */
export function lossesOf(devices: readonly DeviceFact[], which: 'down' | 'all'): Losses | null {
  let losses: Losses | null = null;
  for (const { lostContact, backAtMs, deleted } of devices) {
    if (lostContact === null) continue;
    if (which === 'down' && (backAtMs !== null || deleted)) continue;
    losses = losses === null ? { first: lostContact, last: lostContact } : around(losses, lostContact);
  }
  return losses;
}

function around({ first, last }: Losses, { notBeforeMs, notAfterMs }: Interval): Losses {
  return {
    first: {
      notBeforeMs: Math.min(first.notBeforeMs, notBeforeMs),
      notAfterMs: Math.min(first.notAfterMs, notAfterMs),
    },
    last: {
      notBeforeMs: Math.max(last.notBeforeMs, notBeforeMs),
      notAfterMs: Math.max(last.notAfterMs, notAfterMs),
    },
  };
}

/**
 * The losses of an incident that is over. A device that was back and fell again has its last loss alone; the incident
 * remembers the first.
 */
export function lossesEver(
  { firstLostAtMs }: Pick<Incident, 'firstLostAtMs'>,
  members: readonly Member[],
  devices: readonly DeviceFact[],
): Losses | null {
  const losses = lossesOf(devices, 'all');
  if (losses === null || firstLostAtMs === undefined) return losses;
  const forgotten = members.every(({ lostAtMs }) => lostAtMs === null || lostAtMs > firstLostAtMs);
  return forgotten ? { ...losses, first: { notBeforeMs: firstLostAtMs, notAfterMs: firstLostAtMs } } : losses;
}

/** How long it lasted, by what a reader is told of its beginning; null: nothing came back. */
export function lastedOf(
  losses: Losses | null,
  unstableSinceMs: number | null,
  devices: readonly DeviceFact[],
): { fromMs: number; toMs: number } | null {
  let toMs: number | null = null;
  for (const { backAtMs } of devices) if (backAtMs !== null) toMs = Math.max(toMs ?? backAtMs, backAtMs);
  const fromMs = losses?.first.notAfterMs ?? unstableSinceMs;
  return toMs === null || fromMs === null || fromMs > toMs ? null : { fromMs, toMs };
}
