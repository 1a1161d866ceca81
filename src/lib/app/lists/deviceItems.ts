import { quietAt } from '../../control/quiet.ts';
import { type Device, deviceKey } from '../../device/device.ts';
import { settle } from '../../device/settle.ts';
import type { SiteKey } from '../../directory/placeKey.ts';
import type { DeviceId } from '../../events/event.ts';
import type { Incident } from '../../incident/incident.ts';
import { troubleSince } from '../../incident/siteCounts.ts';
import type { DeviceItem, PhaseFilter } from '../../pages/deviceItem.ts';
import { iso } from '../../pages/deviceView.ts';
import { devicePolicy } from '../../policy/policyFor.ts';
import type { Rules } from '../../policy/rules.ts';
import { siteOfKey } from '../places.ts';

/** What devices of one site are shown by. */
export type DeviceContext = {
  readonly rules: Rules;
  readonly key: SiteKey;
  /** The open incidents of the site. */
  readonly incidents: readonly Incident[];
  readonly nowMs: number;
};

/** The devices as of now; tombstones, and devices that belong elsewhere by now, are left out. */
export function deviceItems(
  { rules, key, incidents, nowMs }: DeviceContext,
  stored: readonly Device[],
): DeviceItem[] {
  const site = siteOfKey(rules, key);
  const quiet = quietAt(rules, key.hub, site, nowMs);
  return stored.flatMap((row): DeviceItem[] => {
    if (row.deleted) return [];
    const { device } = settle(row, nowMs, devicePolicy(rules, site, row.deviceId));
    const { deviceId, moduleId, phase, flapping, hubName } = device;
    const sinceMs = phaseSince(device);
    return [
      {
        hub: hubName,
        site: { id: site.id, name: site.name },
        deviceId,
        moduleId,
        phase,
        flapping,
        since: sinceMs === 0 ? null : iso(sinceMs),
        silenced: quiet.of(deviceId, troubleSince(device)) !== null,
        incidentId: incidentOf(incidents, deviceKey(device)),
      },
    ];
  });
}

/** When the phase began; 0: nobody knows. */
function phaseSince({ phase, sinceMs, offlineAtMs }: Device): number {
  return phase === 'offline' ? (offlineAtMs ?? sinceMs) : sinceMs;
}

/** The open incident that a device takes part in, its own before that of its site. */
function incidentOf(incidents: readonly Incident[], key: string): string | null {
  const own = incidents.find(({ subject }) => subject.kind === 'device' && subject.key === key);
  const found = own ?? incidents.find(({ subject, members }) => subject.kind === 'site' && members.has(key));
  return found?.incidentId ?? null;
}

/** Whether a device is what a list is asked for. @param q a part of the device id, without regard to case */
export function fitsFilter(item: DeviceItem, q: string | null, phase: PhaseFilter | null): boolean {
  if (q !== null && !item.deviceId.toLowerCase().includes(q.toLowerCase())) return false;
  if (phase === null) return true;
  return phase === 'flapping' ? item.flapping : item.phase === phase;
}

/** By device id, then by module: a device before its modules. */
export function inOrder(a: DeviceId, b: DeviceId): number {
  if (a.deviceId !== b.deviceId) return a.deviceId < b.deviceId ? -1 : 1;
  if (a.moduleId === b.moduleId) return 0;
  return (a.moduleId ?? '') < (b.moduleId ?? '') ? -1 : 1;
}
