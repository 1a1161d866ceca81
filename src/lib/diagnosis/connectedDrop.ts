/** The hub's count of connected devices over one minute; milliseconds. */
export type ConnectedSample = { readonly atMs: number; readonly devices: number };

/** Fewer devices are connected than an hour ago, and the events do not account for it. */
export type ConnectedDrop = {
  readonly before: number;
  readonly now: number;
  readonly missing: number;
  readonly eventsFor: number;
  /** One sentence for the reader. */
  readonly says: string;
};

const minuteMs = 60_000;
const anHour = { fromMs: 65 * minuteMs, toMs: 55 * minuteMs };

/** Metrics are some minutes late; an older newest sample tells nothing of now. */
const freshMs = 15 * minuteMs;

/** Of the fleet an hour ago, and at the least this many: smaller differences are daily life. */
const worthTelling = { share: 0.1, devices: 5 };

/**
 * Compares the hub's own count with an hour ago. A drop that made no events has a broken event pipeline behind it, or
 * devices that only use HTTPS and never make any (azure-facts §1.4, §9.1). null: nothing to tell, or nothing to compare.
 * @param eventsFor devices of the hub that the events say are offline now and were not an hour ago
 */
export function connectedDrop(
  samples: readonly ConnectedSample[],
  eventsFor: number,
  nowMs: number,
): ConnectedDrop | null {
  const sorted = [...samples].sort((a, b) => a.atMs - b.atMs);
  const newest = sorted.at(-1);
  const then = sorted.filter(({ atMs }) => atMs >= nowMs - anHour.fromMs && atMs <= nowMs - anHour.toMs);
  if (!newest || newest.atMs < nowMs - freshMs || then.length === 0) return null;
  const before = Math.round(then.reduce((sum, { devices }) => sum + devices, 0) / then.length);
  const now = Math.round(newest.devices);
  const missing = before - now;
  const unexplained = missing - eventsFor;
  if (unexplained < Math.max(worthTelling.devices, worthTelling.share * before)) return null;
  const says = `The hub reports ${missing} fewer connected devices than an hour ago; we have events for ${eventsFor}.`;
  return { before, now, missing, eventsFor, says };
}
