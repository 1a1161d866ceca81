import { type Device, deviceKey } from '../device/device.ts';
import { changeTimes } from '../device/flapping.ts';
import { settle } from '../device/settle.ts';
import { placeOf, type Site } from '../directory/placeOf.ts';
import type { Policy, Severity } from '../policy/policy.ts';
import { devicePolicy, sitePolicy } from '../policy/policyFor.ts';
import type { Rules } from '../policy/rules.ts';
import { deviceCount, type Identities } from './deviceCount.ts';
import type { Incident, Member } from './incident.ts';

/** A device that was silent for longer than this is no longer counted among the known ones. */
const knownForMs = 30 * 24 * 60 * 60_000;

/** A site's devices as of a moment. */
export type SiteAt = {
  readonly rules: Rules;
  readonly nowMs: number;
  readonly site: Site;
  readonly policy: Policy;
  /** By `deviceKey`; tombstones and devices of other sites are left out. */
  readonly devices: ReadonlyMap<string, Device>;
  /** Rows whose device the configuration gives to another site now. */
  readonly misplaced: readonly Device[];
  /** Devices and modules seen in the last 30 days, by `deviceKey`. */
  readonly known: ReadonlySet<string>;
  /** Of the known modules: how many a device has. */
  readonly knownModules: ReadonlyMap<string, number>;
  /** Devices among the known ones; one that is known by its modules alone counts too. */
  readonly knownDevices: number;
  /** Only the devices of one incident are here: who joins, and how many are known, is as it was. */
  readonly partial: boolean;
  /** When the first device changes by the passing of time; null: never. */
  readonly nextAtMs: number | null;
};

/**
 * What is true of a site's devices now.
 * @param part `whole` when these are all devices of the site, `partial` when they are those of one incident
 */
export function siteAt(
  rules: Rules,
  site: Site,
  stored: readonly Device[],
  nowMs: number,
  part: 'whole' | 'partial' = 'whole',
): SiteAt {
  const devices = new Map<string, Device>();
  const misplaced: Device[] = [];
  const known = new Set<string>();
  const knownModules = new Map<string, number>();
  let nextAtMs: number | null = null;
  for (const row of stored) {
    const home = placeOf(rules, row.deviceId);
    if (home.kind !== site.kind || home.id !== site.id) {
      // A tombstone too: the site that has the device now must know of the deletion.
      misplaced.push(row);
      continue;
    }
    if (row.deleted) continue;
    const settled = settle(row, nowMs, devicePolicy(rules, site, row.deviceId));
    const key = deviceKey(row);
    devices.set(key, settled.device);
    if (nowMs - row.seenAtMs <= knownForMs) {
      known.add(key);
      if (row.moduleId !== null) knownModules.set(row.deviceId, (knownModules.get(row.deviceId) ?? 0) + 1);
    }
    nextAtMs = earlier(nextAtMs, settled.nextAtMs);
  }
  return {
    rules,
    nowMs,
    site,
    policy: sitePolicy(rules, site),
    devices,
    misplaced,
    known,
    knownModules,
    knownDevices: knownDevicesOf(known, knownModules),
    partial: part === 'partial',
    nextAtMs,
  };
}

function knownDevicesOf(known: ReadonlySet<string>, knownModules: ReadonlyMap<string, number>): number {
  let count = known.size;
  for (const [deviceId, modules] of knownModules) count -= known.has(deviceId) ? modules : modules - 1;
  return count;
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
 * It is over when no member is down, flapping or under suspicion again. What has not changed stays the same object.
 */
export function observe(incident: Incident, site: SiteAt): Incident {
  if (incident.status === 'resolved') return incident;
  const members = membersNow(incident, site);
  const all = members === null ? Object.values(incident.members) : [...members.values()];
  const knownDevices = incident.subject.kind === 'device' ? 1 : knownCount(incident, site, all);
  const over = all.every(
    (member) => (member.state === 'back' && !isSuspect(site, member)) || member.state === 'gone',
  );
  const identities = identitiesOf(incident, site, all);
  const severity = over
    ? incident.severity
    : severityOf(all, knownDevices, policyOf(site, incident), identities);
  const beginnings = beginningsOf(incident, site, all);
  const same =
    members === null &&
    !over &&
    knownDevices === incident.knownDevices &&
    severity === incident.severity &&
    identities === incident.identities &&
    beginnings.firstLostAtMs === incident.firstLostAtMs &&
    beginnings.unstableSinceMs === incident.unstableSinceMs;
  if (same) return incident;
  return {
    ...incident,
    members: members === null ? incident.members : Object.fromEntries(members),
    knownDevices,
    ...(identities ? { identities } : {}),
    ...beginnings,
    severity,
    peakSeverity: worse(incident.peakSeverity, severity),
    status: over ? 'resolved' : 'open',
    resolvedAtMs: over ? site.nowMs : null,
  };
}

/** The members as of now, with those that joined; null: they are as they were. */
function membersNow(incident: Incident, site: SiteAt): Map<string, Member> | null {
  const members = new Map<string, Member>();
  let changed = false;
  for (const [key, member] of Object.entries(incident.members)) {
    const now = memberNow(member, site.devices.get(key) ?? null);
    changed ||= now !== member;
    members.set(key, now);
  }
  if (incident.subject.kind === 'site' && !site.partial) {
    for (const [key, device] of site.devices) {
      if (!isAffected(device) && device.phase !== 'recovering') continue;
      if (members.has(key)) continue;
      members.set(key, joining(device));
      changed = true;
    }
  }
  return changed ? members : null;
}

/** What a member has become. One that flapped or fell stays so until its device has settled. */
function memberNow(member: Member, device: Device | null): Member {
  if (device === null) return member.state === 'gone' ? member : { ...member, state: 'gone' };
  if (device.flapping) {
    return changedTo(member, {
      state: 'flapping',
      recovering: false,
      ...lossNow(member, device, lossOf(device)),
      backAtMs: null,
    });
  }
  switch (device.phase) {
    case 'offline':
      return changedTo(member, {
        state: 'down',
        recovering: false,
        ...lossNow(member, device, device.lostAtMs),
        backAtMs: null,
        since: member.state === 'back' || member.state === 'gone' ? affectedSince(device) : member.since,
      });
    case 'recovering':
      if (member.state === 'flapping') return member;
      return changedTo(member, {
        state: 'down',
        recovering: true,
        ...lossNow(member, device, device.lostAtMs),
        backAtMs: device.eventTimeMs,
      });
    case 'suspect':
      return member.state === 'gone' ? { ...member, state: 'back', backAtMs: device.connectedAtMs } : member;
    case 'online':
      return changedTo(member, {
        state: 'back',
        recovering: false,
        backAtMs: member.state === 'back' ? member.backAtMs : backAt(device),
      });
    default:
      return device.phase satisfies never;
  }
}

/** A loss, and the last connect before it: what was known of it while it lasted stays known once the device is back. */
function lossNow(
  member: Member,
  { connectedAtMs }: Device,
  lostAtMs: number | null,
): Pick<Member, 'lostAtMs' | 'connectedBeforeMs'> {
  if (lostAtMs === null) return { lostAtMs, connectedBeforeMs: 0 };
  if (connectedAtMs < lostAtMs) return { lostAtMs, connectedBeforeMs: connectedAtMs };
  return { lostAtMs, connectedBeforeMs: lostAtMs === member.lostAtMs ? member.connectedBeforeMs : 0 };
}

/** The member with these values; the same object when they are its own. */
function changedTo(member: Member, change: Partial<Member>): Member {
  for (const field in change) {
    if (member[field as keyof Member] !== change[field as keyof Member]) return { ...member, ...change };
  }
  return member;
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
      connectedBeforeMs: 0,
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

function isSuspect(site: SiteAt, member: Member): boolean {
  return site.devices.get(deviceKey(member))?.phase === 'suspect';
}

/** Devices known of the site; a member counts however long it has been silent. */
function knownCount(incident: Incident, site: SiteAt, members: readonly Member[]): number {
  if (site.partial) return incident.knownDevices;
  const silent = new Set<string>();
  for (const { state, deviceId } of members) {
    if (state !== 'gone' && !site.known.has(deviceId) && !site.knownModules.has(deviceId))
      silent.add(deviceId);
  }
  return site.knownDevices + silent.size;
}

/** How many identities are known of the devices that have a module among the members; the same object when it is as it was. */
function identitiesOf(
  { identities: before }: Incident,
  site: SiteAt,
  members: readonly Member[],
): Identities | undefined {
  if (site.partial) return before;
  const counts = new Map<string, number>();
  for (const { deviceId, moduleId } of members) {
    if (moduleId === null || counts.has(deviceId)) continue;
    counts.set(deviceId, (site.knownModules.get(deviceId) ?? 0) + (site.known.has(deviceId) ? 1 : 0));
  }
  if (counts.size === 0) return before;
  const known = before ?? {};
  const same = [...counts].every(([deviceId, count]) => known[deviceId] === count);
  return same ? before : Object.fromEntries(counts);
}

/** When it began: what fell first counts also after it has come back, and fallen again. */
function beginningsOf(
  incident: Incident,
  site: SiteAt,
  members: readonly Member[],
): Pick<Incident, 'firstLostAtMs' | 'unstableSinceMs'> {
  let firstLostAtMs = incident.firstLostAtMs ?? null;
  let unstableSinceMs = incident.unstableSinceMs ?? null;
  for (const member of members) {
    if (member.state === 'down') firstLostAtMs = earlier(firstLostAtMs, member.lostAtMs);
    if (member.state !== 'flapping') continue;
    const device = site.devices.get(deviceKey(member));
    if (device) unstableSinceMs = earlier(unstableSinceMs, changeTimes(device.history)[0] ?? null);
  }
  return {
    ...(firstLostAtMs === null ? {} : { firstLostAtMs }),
    ...(unstableSinceMs === null ? {} : { unstableSinceMs }),
  };
}

/** The policy that an incident follows: its device's own where it is about one, else its site's. */
export function policyOf(site: SiteAt, incident: Pick<Incident, 'subject' | 'members'>): Policy {
  const only = incident.subject.kind === 'device' ? incident.members[incident.subject.key] : undefined;
  return only ? devicePolicy(site.rules, site.site, only.deviceId) : site.policy;
}

/**
 * `critical` for a share of a site of at least two devices. When nothing but flapping is left: `info`, and `warning` where
 * a share of the site flaps, and at least two devices.
 */
export function severityOf(
  members: readonly Member[],
  knownDevices: number,
  policy: Policy,
  identities: Identities = {},
): Severity {
  if (policy.severity !== null) return policy.severity;
  const anyDown = members.some((member) => member.state === 'down');
  if (!anyDown && members.some((member) => member.state === 'flapping')) {
    const flapping = deviceCount(members, 'flapping', identities).devices;
    return flapping >= 2 && flapping / knownDevices >= policy.siteFlapping ? 'warning' : 'info';
  }
  if (knownDevices < 2) return 'warning';
  const down = deviceCount(members, 'down', identities).devices;
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
