import { quietAt } from '../control/quiet.ts';
import { type Device, deviceKey } from '../device/device.ts';
import { changeTimes } from '../device/flapping.ts';
import { settle } from '../device/settle.ts';
import { placeOf, type Site } from '../directory/placeOf.ts';
import type { Policy, Severity } from '../policy/policy.ts';
import { devicePolicy, sitePolicy } from '../policy/policyFor.ts';
import type { Rules } from '../policy/rules.ts';
import { acknowledgementNow } from './acknowledgement.ts';
import { deviceCount } from './deviceCount.ts';
import type { Identities, Incident, Member, Members } from './incident.ts';
import { tellableSince, withQuiet } from './quietMembers.ts';
import { worse } from './rank.ts';
import { type Tally, tallyOf } from './tally.ts';

/** A device that was silent for longer than this is no longer counted among the known ones. */
const knownForMs = 30 * 24 * 60 * 60_000;

/** A site's devices as of a moment. */
export type SiteAt = {
  readonly rules: Rules;
  readonly nowMs: number;
  readonly site: Site;
  readonly policy: Policy;
  /** ARM id of the hub; null: no event of these devices named it. */
  readonly hubResourceId: string | null;
  /** By `deviceKey`; tombstones and devices of other sites are left out. */
  readonly devices: ReadonlyMap<string, Device>;
  /** Rows whose device the configuration gives to another site now. */
  readonly misplaced: readonly Device[];
  /** Devices and modules that were not seen in the last 30 days, by `deviceKey`. */
  readonly silent: ReadonlySet<string>;
  /** Of the known modules: how many a device has. */
  readonly knownModules: ReadonlyMap<string, number>;
  /** Devices seen in the last 30 days; one that is known by its modules alone counts too. */
  readonly knownDevices: number;
  /** Only the devices of one incident are here: who joins, and how many are known, is as it was. */
  readonly partial: boolean;
  /** When the first device changes by the passing of time, but for suspects; null: never. */
  readonly nextAtMs: number | null;
  /** When the first suspect counts as down; null: there is none. */
  readonly nextLossAtMs: number | null;
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
  const silent = new Set<string>();
  const knownModules = new Map<string, number>();
  let nextAtMs: number | null = null;
  let nextLossAtMs: number | null = null;
  let hubResourceId: string | null = null;
  for (const row of stored) {
    hubResourceId ??= row.hubResourceId;
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
    if (nowMs - row.seenAtMs > knownForMs) silent.add(key);
    else if (row.moduleId !== null) {
      knownModules.set(row.deviceId, (knownModules.get(row.deviceId) ?? 0) + 1);
    }
    const { phase, flapping } = settled.device;
    if (phase === 'suspect' && !flapping) nextLossAtMs = earlier(nextLossAtMs, settled.nextAtMs);
    else nextAtMs = earlier(nextAtMs, settled.nextAtMs);
  }
  return {
    rules,
    nowMs,
    site,
    policy: sitePolicy(rules, site),
    hubResourceId,
    devices,
    misplaced,
    silent,
    knownModules,
    knownDevices: knownDevicesOf(devices, silent, knownModules),
    partial: part === 'partial',
    nextAtMs,
    nextLossAtMs,
  };
}

function knownDevicesOf(
  devices: SiteAt['devices'],
  silent: SiteAt['silent'],
  knownModules: SiteAt['knownModules'],
): number {
  let count = devices.size - silent.size;
  for (const [deviceId, modules] of knownModules) {
    count -= devices.has(deviceId) && !silent.has(deviceId) ? modules : modules - 1;
  }
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
 * It is over when no member is down, flapping or under suspicion again. Members that are quiet do not count for the
 * severity; where no other is left it stays as it was. What has not changed stays the same object.
 */
export function observe(incident: Incident, site: SiteAt): Incident {
  if (incident.status === 'resolved') return incident;
  const members = membersNow(incident, site);
  const tally = tallyOf(members);
  const knownDevices = incident.subject.kind === 'device' ? 1 : knownCount(incident, site, members);
  const seen = tally.down + tally.flapping;
  const over = seen + tally.silenced === 0 && !anySuspect(members, site);
  const identities = tally.modules === 0 ? incident.identities : identitiesOf(incident, site, members);
  const severity =
    over || (seen === 0 && tally.silenced > 0)
      ? incident.severity
      : severityOf(troubleOf(members, tally, identities), knownDevices, policyOf(site, incident));
  const beginnings = beginningsOf(incident, site, members);
  const tellableSinceMs = tellableSince(incident, members);
  const acknowledged = acknowledgementNow(incident.acknowledged, severity, site.nowMs);
  const hubResourceId = incident.hubResourceId ?? site.hubResourceId ?? undefined;
  const same =
    members === incident.members &&
    !over &&
    knownDevices === incident.knownDevices &&
    severity === incident.severity &&
    tellableSinceMs === incident.tellableSinceMs &&
    acknowledged === incident.acknowledged &&
    identities === incident.identities &&
    hubResourceId === incident.hubResourceId &&
    beginnings.firstLostAtMs === incident.firstLostAtMs &&
    beginnings.unstableSinceMs === incident.unstableSinceMs;
  if (same) return incident;
  return {
    ...incident,
    ...(hubResourceId === undefined ? {} : { hubResourceId }),
    members,
    knownDevices,
    ...(identities ? { identities } : {}),
    ...beginnings,
    ...(tellableSinceMs === undefined ? {} : { tellableSinceMs }),
    ...(acknowledged ? { acknowledged } : {}),
    severity,
    peakSeverity: worse(incident.peakSeverity, severity),
    status: over ? 'resolved' : 'open',
    resolvedAtMs: over ? site.nowMs : null,
  };
}

/** The members as of now, with those that joined. Nothing is made anew for what is as it was. */
function membersNow({ members: before, subject, hubName }: Incident, site: SiteAt): Members {
  const quiet = quietAt(site.rules, hubName, site.site, site.nowMs);
  let now: Map<string, Member> | null = null;
  for (const [key, member] of before) {
    const changed = withQuiet(memberNow(member, site.devices.get(key) ?? null), member, quiet);
    if (changed === member) continue;
    now ??= new Map(before);
    now.set(key, changed);
  }
  if (subject.kind !== 'site' || site.partial) return now ?? before;
  for (const [key, device] of site.devices) {
    const joins = (isAffected(device) || device.phase === 'recovering') && !before.has(key);
    if (!joins) continue;
    now ??= new Map(before);
    now.set(key, withQuiet(joining(device), null, quiet));
  }
  return now ?? before;
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
      since: member.state === 'back' || member.state === 'gone' ? affectedSince(device) : member.since,
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

/** Whether one that was back is under suspicion again. */
function anySuspect(members: Members, site: SiteAt): boolean {
  for (const [key, { state }] of members) {
    if (state === 'back' && site.devices.get(key)?.phase === 'suspect') return true;
  }
  return false;
}

/** Devices known of the site; a member counts however long it has been silent. */
function knownCount(incident: Incident, site: SiteAt, members: Members): number {
  if (site.partial) return incident.knownDevices;
  const silentMembers = new Set<string>();
  for (const key of site.silent) {
    const member = members.get(key);
    if (!member || member.state === 'gone') continue;
    const { deviceId } = member;
    if (!isKnown(site, deviceId) && !site.knownModules.has(deviceId)) silentMembers.add(deviceId);
  }
  return site.knownDevices + silentMembers.size;
}

/** Whether a device itself, and not only a module on it, is known. */
function isKnown({ devices, silent }: SiteAt, deviceId: string): boolean {
  return devices.has(deviceId) && !silent.has(deviceId);
}

/** How many identities are known of the devices that have a module among the members; the same object when it is as it was. */
function identitiesOf(
  { identities: before }: Incident,
  site: SiteAt,
  members: Members,
): Identities | undefined {
  if (site.partial) return before;
  const counts = new Map<string, number>();
  for (const { deviceId, moduleId } of members.values()) {
    if (moduleId === null || counts.has(deviceId)) continue;
    counts.set(deviceId, (site.knownModules.get(deviceId) ?? 0) + (isKnown(site, deviceId) ? 1 : 0));
  }
  const known = before ?? {};
  const same = [...counts].every(([deviceId, count]) => known[deviceId] === count);
  return same ? before : Object.fromEntries(counts);
}

/** When it began: what fell first counts also after it has come back, and fallen again. */
function beginningsOf(
  incident: Incident,
  site: SiteAt,
  members: Members,
): Pick<Incident, 'firstLostAtMs' | 'unstableSinceMs'> {
  let firstLostAtMs = incident.firstLostAtMs ?? null;
  let unstableSinceMs = incident.unstableSinceMs ?? null;
  for (const [key, { state, lostAtMs }] of members) {
    if (state === 'down') firstLostAtMs = earlier(firstLostAtMs, lostAtMs);
    if (state !== 'flapping') continue;
    const device = site.devices.get(key);
    if (device) unstableSinceMs = earlier(unstableSinceMs, changeTimes(device.history)[0] ?? null);
  }
  return {
    ...(firstLostAtMs === null ? {} : { firstLostAtMs }),
    ...(unstableSinceMs === null ? {} : { unstableSinceMs }),
  };
}

/** How much of a place is in trouble. A device that is known by its modules counts as one. */
export type Trouble = {
  /** Whether a device or module is down, or flaps. */
  readonly anyDown: boolean;
  readonly anyFlapping: boolean;
  readonly devicesDown: number;
  readonly devicesFlapping: number;
};

export function troubleOf(members: Members, tally: Tally, identities: Identities | undefined): Trouble {
  const count = (state: 'down' | 'flapping') =>
    tally.modules === 0 ? tally[state] : deviceCount([...members.values()], state, identities).devices;
  return {
    anyDown: tally.down > 0,
    anyFlapping: tally.flapping > 0,
    devicesDown: count('down'),
    devicesFlapping: count('flapping'),
  };
}

/** The policy that an incident follows: its device's own where it is about one, else its site's. */
export function policyOf(site: SiteAt, incident: Pick<Incident, 'subject' | 'members'>): Policy {
  const only = incident.subject.kind === 'device' ? incident.members.get(incident.subject.key) : undefined;
  return only ? devicePolicy(site.rules, site.site, only.deviceId) : site.policy;
}

/**
 * `critical` for a share of a site of at least two devices. When nothing but flapping is left: `info`, and `warning` where
 * a share of the site flaps, and at least two devices.
 */
export function severityOf(
  { anyDown, anyFlapping, devicesDown, devicesFlapping }: Trouble,
  knownDevices: number,
  policy: Policy,
): Severity {
  if (policy.severity !== null) return policy.severity;
  if (!anyDown && anyFlapping) {
    const many = devicesFlapping >= 2 && devicesFlapping / knownDevices >= policy.siteFlapping;
    return many ? 'warning' : 'info';
  }
  if (knownDevices < 2) return 'warning';
  return devicesDown / knownDevices >= policy.siteDown ? 'critical' : 'warning';
}

/** The earlier of two moments, where null is never. */
export function earlier(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.min(a, b);
}
