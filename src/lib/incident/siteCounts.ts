import { type Device, deviceKey } from '../device/device.ts';
import type { Incident } from './incident.ts';
import { earlier, type SiteAt } from './observe.ts';

/** The devices of a site for lists; each stands in one number. Modules do not count beside their device. */
export type SiteNumbers = {
  /** Seen in the last 30 days. */
  readonly known: number;
  /** Down, or connected again and not yet confirmed. */
  readonly offline: number;
  readonly flapping: number;
  /** Down or flapping, and under a silence or planned work. */
  readonly silenced: number;
  /** When the oldest loss that still lasts began, milliseconds; null: nothing is down. */
  readonly sinceMs: number | null;
  /** Whether a module is among the devices. */
  readonly modules: boolean;
};

type State = 'offline' | 'flapping' | 'silenced';

/** @param incidents the open ones of the site: they know what is quiet */
export function siteNumbers(site: SiteAt, incidents: readonly Incident[]): SiteNumbers {
  const quiet = quietKeys(incidents);
  const counts = { offline: 0, flapping: 0, silenced: 0 };
  let sinceMs: number | null = null;
  let modules = false;
  const byModules = new Map<string, (State | null)[]>();
  for (const [key, device] of site.devices) {
    const state = stateOf(device, quiet.has(key));
    if (isLost(device)) sinceMs = earlier(sinceMs, device.lostAtMs);
    if (device.moduleId === null) {
      if (state !== null) counts[state] += 1;
      continue;
    }
    modules = true;
    if (site.devices.has(device.deviceId)) continue;
    byModules.set(device.deviceId, [...(byModules.get(device.deviceId) ?? []), state]);
  }
  // A device that connects by its modules alone, as IoT Edge does, is down when all of them are.
  for (const states of byModules.values()) {
    const state = states.every((one) => one !== null) ? states[0] : null;
    if (state) counts[state] += 1;
  }
  return { known: Math.max(site.knownDevices, sum(counts)), ...counts, sinceMs, modules };
}

function stateOf(device: Device, isQuiet: boolean): State | null {
  const down = device.phase === 'offline' || device.phase === 'recovering';
  if (!down && !device.flapping) return null;
  if (isQuiet) return 'silenced';
  return device.flapping ? 'flapping' : 'offline';
}

/** One under suspicion is no loss yet, unless it flaps. */
function isLost({ phase, flapping, lostAtMs }: Device): boolean {
  if (lostAtMs === null) return false;
  return phase === 'offline' || phase === 'recovering' || (flapping && phase === 'suspect');
}

function quietKeys(incidents: readonly Incident[]): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const { members } of incidents) {
    for (const member of members.values()) if (member.quiet) keys.add(deviceKey(member));
  }
  return keys;
}

const sum = (counts: Record<State, number>) => counts.offline + counts.flapping + counts.silenced;
