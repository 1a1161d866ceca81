import { type Device, deviceKey } from '../device/device.ts';
import { settle } from '../device/settle.ts';
import { placeOf, type Site } from '../directory/placeOf.ts';
import type { Policy, Severity } from '../policy/policy.ts';
import { devicePolicy, sitePolicy } from '../policy/policyFor.ts';
import type { Rules } from '../policy/rules.ts';
import type { Incident, Member, Members } from './incident.ts';
import { type Tally, tallyOf } from './tally.ts';

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
  /** Those of the devices that were not seen in the last 30 days. */
  readonly silent: ReadonlySet<string>;
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
  const silent = new Set<string>();
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
    if (nowMs - row.seenAtMs > knownForMs) silent.add(key);
    nextAtMs = earlier(nextAtMs, settled.nextAtMs);
  }
  const policy = sitePolicy(rules, site);
  return { rules, nowMs, site, policy, devices, misplaced, silent, partial: part === 'partial', nextAtMs };
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
  const tally = tallyOf(members);
  const knownDevices = incident.subject.kind === 'device' ? 1 : knownCount(incident, site, members);
  const over = tally.down === 0 && tally.flapping === 0 && !anySuspect(members, site);
  const severity = over ? incident.severity : severityOf(tally, knownDevices, policyOf(site, incident));
  const same =
    members === incident.members &&
    !over &&
    knownDevices === incident.knownDevices &&
    severity === incident.severity;
  if (same) return incident;
  return {
    ...incident,
    members,
    knownDevices,
    severity,
    peakSeverity: worse(incident.peakSeverity, severity),
    status: over ? 'resolved' : 'open',
    resolvedAtMs: over ? site.nowMs : null,
  };
}

/** The members as of now, with those that joined. Nothing is made anew for what is as it was. */
function membersNow({ members: before, subject }: Incident, site: SiteAt): Members {
  let now: Map<string, Member> | null = null;
  for (const [key, member] of before) {
    const changed = memberNow(member, site.devices.get(key) ?? null);
    if (changed === member) continue;
    now ??= new Map(before);
    now.set(key, changed);
  }
  if (subject.kind !== 'site' || site.partial) return now ?? before;
  for (const [key, device] of site.devices) {
    const joins = (isAffected(device) || device.phase === 'recovering') && !before.has(key);
    if (!joins) continue;
    now ??= new Map(before);
    now.set(key, joining(device));
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

/** Devices known of the site: the silent ones are left out, but for members. */
function knownCount(incident: Incident, { devices, silent, partial }: SiteAt, members: Members): number {
  if (partial) return incident.knownDevices;
  let known = devices.size;
  for (const key of silent) if (!members.has(key)) known -= 1;
  return known;
}

/** The policy that an incident follows: its device's own where it is about one, else its site's. */
export function policyOf(site: SiteAt, incident: Pick<Incident, 'subject' | 'members'>): Policy {
  const only = incident.subject.kind === 'device' ? incident.members.get(incident.subject.key) : undefined;
  return only ? devicePolicy(site.rules, site.site, only.deviceId) : site.policy;
}

/** `critical` for a share of a site of at least two devices, `info` when nothing but flapping is left. */
export function severityOf(
  { down, flapping }: Pick<Tally, 'down' | 'flapping'>,
  knownDevices: number,
  policy: Policy,
): Severity {
  if (policy.severity !== null) return policy.severity;
  if (down === 0 && flapping > 0) return 'info';
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
