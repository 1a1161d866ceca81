import { quietAt } from '../control/quiet.ts';
import type { Device } from '../device/device.ts';
import { affectedSince, earlier, type SiteAt } from './observe.ts';

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

/** @param hub as events spell it */
export function siteNumbers(site: SiteAt, hub: string): SiteNumbers {
  const quiet = quietAt(site.rules, hub, site.site, site.nowMs);
  const counts = { offline: 0, flapping: 0, silenced: 0 };
  let sinceMs: number | null = null;
  let modules = false;
  const byModules = new Map<string, (State | null)[]>();
  for (const device of site.devices.values()) {
    const state = stateOf(device, quiet.of(device.deviceId, troubleSince(device)) !== null);
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

/** When a device was lost, or began to flap: what planned work compares with its end. Milliseconds. */
export function troubleSince(device: Device): number {
  return device.flapping ? affectedSince(device) : (device.lostAtMs ?? affectedSince(device));
}

const sum = (counts: Record<State, number>) => counts.offline + counts.flapping + counts.silenced;
