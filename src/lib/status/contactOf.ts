import type { App } from '../app/app.ts';
import { eachAtMost } from '../app/eachAtMost.ts';
import { type ContactSpan, contactSpans } from '../device/contact.ts';
import { deviceKey, type Phase } from '../device/device.ts';
import { eventsOf, type RecentEvents } from '../device/recentEvents.ts';
import type { SiteKey } from '../directory/placeKey.ts';
import type { DeviceId } from '../events/event.ts';

const dayMs = 24 * 60 * 60_000;
const atOnce = 8;

/** The contact of some devices of a site in the last 24 hours, by `deviceKey`. */
export async function contactOf(
  app: Pick<App, 'fleet' | 'deviceEvents'>,
  key: SiteKey,
  ids: readonly DeviceId[],
  nowMs: number,
): Promise<Map<string, readonly ContactSpan[]>> {
  const fromMs = nowMs - dayMs;
  const found = new Map<string, readonly ContactSpan[]>();
  const stored = await app.fleet.devices(key, ids);
  await eachAtMost(atOnce, [...stored.values()], async ({ record, recent }) => {
    const runs = recent === null ? [] : [recent];
    // The newest run of events may have begun within the day: what was before it lies elsewhere.
    if (recent !== null && recent.run > fromMs && recent.before !== null) {
      const past = await app.deviceEvents.ofDevice(key, record, fromMs, recent.run, nowMs);
      runs.unshift(...past.map(({ events }) => events).filter(({ run }) => run < recent.run));
    }
    const events = runs.flatMap(eventsOf);
    const before = beforeOf(runs[0] ?? null, record);
    found.set(deviceKey(record), contactSpans(events, before, fromMs, nowMs));
  });
  return found;
}

function beforeOf(
  first: RecentEvents | null,
  { phase, sinceMs }: { readonly phase: Phase; readonly sinceMs: number },
): ContactSpan['state'] {
  if (first === null) return sinceMs === 0 ? 'unknown' : inContact(phase);
  return first.before === null ? 'unknown' : inContact(first.before.phase);
}

function inContact(phase: Phase): ContactSpan['state'] {
  return phase === 'online' || phase === 'recovering' ? 'online' : 'offline';
}
