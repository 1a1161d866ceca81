import { type Device, deviceKey } from '../device/device.ts';
import { settle } from '../device/settle.ts';
import { placeOf, type Site } from '../directory/placeOf.ts';
import { watchedHub } from '../hubWatch/hubSite.ts';
import type { Policy, Severity } from '../policy/policy.ts';
import { devicePolicy, sitePolicy } from '../policy/policyFor.ts';
import type { Rules } from '../policy/rules.ts';
import type { Incident, Member } from './incident.ts';

/** A device that was silent for longer than this is no longer counted among the known ones. */
const knownForMs = 30 * 24 * 60 * 60_000;

/** A site's devices as of a moment. */
export type SettledSite = {
  readonly config: Rules;
  readonly nowMs: number;
  readonly site: Site;
  readonly policy: Policy;
  /** By `deviceKey`; tombstones and devices of other sites are left out. */
  readonly devices: ReadonlyMap<string, Device>;
  /** Rows whose device the configuration gives to another site now. */
  readonly strayed: readonly Device[];
  /** Devices seen in the last 30 days. */
  readonly known: ReadonlySet<string>;
  /** When the first device changes by the passing of time; null: never. */
  readonly nextAtMs: number | null;
};

/** What is true of a site's devices now. */
export function settleSite(config: Rules, site: Site, stored: readonly Device[], nowMs: number): SettledSite {
  const devices = new Map<string, Device>();
  const strayed: Device[] = [];
  const known = new Set<string>();
  let nextAtMs: number | null = null;
  for (const row of stored) {
    if (row.deleted) continue;
    if (site.kind === 'hub') {
      // A hub that is no longer watched is no longer followed.
      if (!watchedHub(config, row.hubName)) continue;
    } else {
      const home = placeOf(config, row.deviceId);
      if (home.kind !== site.kind || home.id !== site.id) {
        strayed.push(row);
        continue;
      }
    }
    const settled = settle(row, nowMs, devicePolicy(config, site, row.deviceId));
    const key = deviceKey(row);
    devices.set(key, settled.device);
    if (nowMs - row.seenAtMs <= knownForMs) known.add(key);
    nextAtMs = earlier(nextAtMs, settled.nextAtMs);
  }
  return { config, nowMs, site, policy: sitePolicy(config, site), devices, strayed, known, nextAtMs };
}

/** Whether a device alone is reason for an incident: offline and not only waiting for its recovery, or flapping. */
export function isAffected(device: Device): boolean {
  return device.flapping || device.phase === 'offline';
}

/** When a device began to count, for `openedAt` and the order of the list. */
export function affectedSince(device: Device): number {
  return device.flapping ? device.receivedAtMs : (device.offlineAtMs ?? device.sinceMs);
}

/**
 * Brings an open incident up to date with its site: who joined, who is back, how bad it is, and whether it is over.
 * It is over when no member is down, flapping or under suspicion again.
 */
export function observe(incident: Incident, settled: SettledSite): Incident {
  if (incident.status === 'resolved') return incident;
  const members = new Map<string, Member>();
  for (const [key, member] of Object.entries(incident.members)) {
    members.set(key, memberNow(member, settled.devices.get(key) ?? null));
  }
  for (const [key, device] of settled.devices) {
    if (incident.deviceKey !== null || members.has(key)) continue;
    if (isAffected(device) || device.phase === 'recovering') members.set(key, joining(device));
  }
  const all = [...members.values()];
  const knownDevices = incident.per === 'device' ? 1 : knownCount(settled, all);
  const over = all.every(
    (member) => (member.state === 'back' && !isSuspect(settled, member)) || member.state === 'gone',
  );
  const severity = over ? incident.severity : severityOf(all, knownDevices, policyOf(settled, incident));
  return {
    ...incident,
    members: Object.fromEntries(members),
    knownDevices,
    severity,
    peakSeverity: worse(incident.peakSeverity, severity),
    status: over ? 'resolved' : 'open',
    resolvedAtMs: over ? settled.nowMs : null,
  };
}

/** What a member has become. One that flapped or fell stays so until its device has settled. */
function memberNow(member: Member, device: Device | null): Member {
  if (device === null) return { ...member, state: 'gone' };
  if (device.flapping) {
    return { ...member, state: 'flapping', recovering: false, lostAtMs: lossOf(device), backAtMs: null };
  }
  switch (device.phase) {
    case 'offline':
      return {
        ...member,
        state: 'down',
        recovering: false,
        lostAtMs: device.lostAtMs,
        backAtMs: null,
        since: member.state === 'back' || member.state === 'gone' ? affectedSince(device) : member.since,
      };
    case 'recovering':
      if (member.state === 'flapping') return member;
      return {
        ...member,
        state: 'down',
        recovering: true,
        lostAtMs: device.lostAtMs,
        backAtMs: device.eventTimeMs,
      };
    case 'suspect':
      return member.state === 'gone' ? { ...member, state: 'back', backAtMs: device.connectedAtMs } : member;
    case 'online':
      return {
        ...member,
        state: 'back',
        recovering: false,
        backAtMs: member.state === 'back' ? member.backAtMs : backAt(device),
      };
    default:
      return device.phase satisfies never;
  }
}

/** When an online device connected. A device that was made anew may never have. */
function backAt(device: Device): number {
  return device.connectedAtMs || device.sinceMs;
}

/** A member as it joins: an affected device. */
export function joining(device: Device): Member {
  return memberNow(
    {
      deviceId: device.deviceId,
      moduleId: device.moduleId,
      state: 'down',
      recovering: false,
      lostAtMs: null,
      since: affectedSince(device),
      backAtMs: null,
    },
    device,
  );
}

/** The loss of a flapping device, while it is away. */
function lossOf(device: Device): number | null {
  return device.phase === 'online' || device.phase === 'recovering' ? null : device.lostAtMs;
}

function isSuspect(settled: SettledSite, member: Member): boolean {
  return settled.devices.get(deviceKey(member))?.phase === 'suspect';
}

function knownCount(settled: SettledSite, members: readonly Member[]): number {
  const known = new Set(settled.known);
  for (const member of members) if (member.state !== 'gone') known.add(deviceKey(member));
  return known.size;
}

/** The policy that an incident follows: its device's own for `per: device`, else its site's. */
export function policyOf(settled: SettledSite, incident: Pick<Incident, 'deviceKey' | 'members'>): Policy {
  const only = incident.deviceKey === null ? undefined : incident.members[incident.deviceKey];
  return only ? devicePolicy(settled.config, settled.site, only.deviceId) : settled.policy;
}

/** `critical` for a share of a site of at least two devices, `info` when nothing but flapping is left. */
export function severityOf(members: readonly Member[], knownDevices: number, policy: Policy): Severity {
  if (policy.severity !== null) return policy.severity;
  const down = members.filter((member) => member.state === 'down').length;
  const flapping = members.some((member) => member.state === 'flapping');
  if (down === 0 && flapping) return 'info';
  if (knownDevices < 2) return 'warning';
  return down / knownDevices >= policy.siteDown ? 'critical' : 'warning';
}

const rank: Record<Severity, number> = { info: 0, warning: 1, critical: 2 };

export function isWorse(severity: Severity, than: Severity): boolean {
  return rank[severity] > rank[than];
}

export function worse(a: Severity, b: Severity): Severity {
  return isWorse(a, b) ? a : b;
}

/** The earlier of two moments, where null is never. */
export function earlier(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.min(a, b);
}
