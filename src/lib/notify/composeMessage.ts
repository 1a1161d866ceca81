import type { Device } from '../device/device.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Site } from '../directory/placeOf.ts';
import { isInEffect } from '../incident/acknowledgement.ts';
import type { Say } from '../incident/decide.ts';
import { type DeviceCount, deviceCount } from '../incident/deviceCount.ts';
import type { Incident, Member, MemberState, Notice, NoticeKind, Told } from '../incident/incident.ts';
import { perOf } from '../incident/incident.ts';
import { isQuiet } from '../incident/quietMembers.ts';
import type { Reason } from '../incident/reasons.ts';
import { isInTrouble } from '../incident/tally.ts';
import type { Rules } from '../policy/rules.ts';
import { controlsTold } from './controlsTold.ts';
import { deviceFacts } from './deviceFacts.ts';
import { diagnosisOfWhatIsLeft } from './flappingLeft.ts';
import { lastedOf, lossesEver, lossesOf } from './losses.ts';
import type { Message, MessageType } from './message.ts';

/** At most this many devices are listed in a message. */
export const mostDevices = 100;

/** What a receiver knows, as far as a message depends on it. */
export type Reader = Pick<Told, 'status' | 'unconfirmed' | 'facts' | 'held' | 'lastNoticeAtMs'>;

/** What a notice says now: the facts of this moment, for what this receiver knows. */
export function composeMessage(input: {
  incident: Incident;
  /** The site as the reader knows it; of a hub's own count, the hub. */
  site: Site;
  /** By `deviceKey`, as of now. */
  devices: ReadonlyMap<string, Device>;
  nowMs: number;
  told: Reader;
  /** `ends`: what has begun and was not told before is left out. Absent: `everything`. */
  tells?: Say['tells'];
  notice: Pick<Notice, 'noticeId' | 'kind' | 'receiver'>;
  reason: Reason;
  diagnosis: Diagnosis;
  links: Message['links'];
  /** Of a fallback alone. */
  instead?: Message['instead'];
  /** Left out: it is not said who set a control. */
  rules?: Pick<Rules, 'controls' | 'maintenance'>;
  /** What each receiver of the incident was told; left out: an escalation does not say who was told first. */
  ledger?: readonly Told[];
  /** Which part of the devices is listed: how many come before it. */
  devicesBefore?: number;
}): Message {
  const {
    incident,
    site,
    told,
    tells = 'everything',
    notice,
    reason,
    diagnosis,
    links,
    instead,
    nowMs,
    devicesBefore = 0,
  } = input;
  const final = notice.kind === 'final';
  const known = new Set([...(told.facts?.down ?? []), ...(told.facts?.flapping ?? [])]);
  const members = [...incident.members.values()];
  // Those not back yet, and those whose return or leaving this receiver has not heard of.
  const shown: Member[] = [];
  for (const [key, member] of incident.members) {
    const isShown = final ? !isQuiet(member) : isInTrouble(member) && !member.quiet && tells === 'everything';
    if (isShown || known.has(key)) shown.push(member);
  }
  const devices = deviceFacts(shown, input.devices, diagnosis.lostAtMs);
  const losses = final ? lossesEver(incident, shown, devices) : lossesOf(devices, 'down');
  const unstableSinceMs = incident.unstableSinceMs ?? null;
  return {
    noticeId: notice.noticeId,
    incidentId: incident.incidentId,
    receiver: notice.receiver,
    type: typeOf(notice.kind, told),
    reason,
    status: final ? 'resolved' : 'open',
    severity: final ? incident.peakSeverity : incident.severity,
    per: perOf(incident),
    hub: incident.hubName,
    site,
    counts: countsOf(incident),
    devices: devices.slice(devicesBefore, devicesBefore + mostDevices),
    devicesTruncated: Math.max(0, devices.length - devicesBefore - mostDevices),
    backCount: countOf(
      incident,
      members.filter(({ quietThroughout }) => !quietThroughout),
      'back',
    ).devices,
    deletedCount: devices.filter(({ deleted }) => deleted).length,
    openedAtMs: incident.openedAtMs,
    resolvedAtMs: final ? (incident.resolvedAtMs ?? nowMs) : null,
    losses,
    unstableSinceMs,
    lasted: final && reason !== 'noLongerFollowed' ? lastedOf(losses, unstableSinceMs, devices) : null,
    diagnosis: final ? diagnosis : diagnosisOfWhatIsLeft(diagnosis, members),
    hubLevel: incident.subject.kind === 'hub' ? incident.subject.level : null,
    acknowledged: acknowledgedNow(incident, nowMs),
    ...controlsTold(input),
    notes: incident.earlierNotes ?? [],
    links,
    ...(instead ? { instead } : {}),
    nowMs,
  };
}

function acknowledgedNow({ acknowledged }: Incident, nowMs: number): Message['acknowledged'] {
  if (!acknowledged || !isInEffect(acknowledged, nowMs)) return null;
  const { by, atMs, untilMs, note } = acknowledged;
  return { by, atMs, untilMs, note };
}

/** How many devices of an incident are in which state; `known` is of its place. */
export function countsOf(incident: Incident): Message['counts'] {
  const members = [...incident.members.values()];
  const offline = countOf(incident, members, 'down');
  const flapping = countOf(incident, members, 'flapping');
  const silenced = countOf(incident, members, 'silenced').devices;
  const { modules: back } = countOf(incident, members, 'back');
  const modules = { offline: offline.modules, flapping: flapping.modules, back };
  return {
    offline: offline.devices,
    flapping: flapping.devices,
    known: incident.knownDevices,
    ...(silenced > 0 ? { silenced } : {}),
    ...(modules.offline + modules.flapping + modules.back > 0 ? { modules } : {}),
  };
}

/** Devices of an incident in one state, modules beside them; an incident of one device or module counts one. */
export function countOf(
  { subject, identities }: Incident,
  members: readonly Member[],
  state: MemberState | 'silenced',
): DeviceCount {
  const count = deviceCount(members, state, identities);
  return subject.kind === 'device'
    ? { devices: count.devices + count.modules > 0 ? 1 : 0, modules: 0 }
    : count;
}

function typeOf(kind: NoticeKind, told: Reader): MessageType {
  if (kind === 'final') return 'incident.resolved';
  if (told.status === 'untold' || told.unconfirmed) return 'incident.opened';
  return kind === 'reminder' ? 'incident.reminder' : 'incident.updated';
}
