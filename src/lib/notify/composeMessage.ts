import type { Device } from '../device/device.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Site } from '../directory/placeOf.ts';
import type { Incident, Member, Notice, NoticeKind, Told } from '../incident/incident.ts';
import { perOf } from '../incident/incident.ts';
import type { Reason } from '../incident/reasons.ts';
import { tallyOf } from '../incident/tally.ts';
import { deviceFacts } from './deviceFacts.ts';
import type { Message, MessageType } from './message.ts';

/** At most this many devices are listed in a message. */
export const mostDevices = 100;

/** What a notice says now: the facts of this moment, for what this receiver knows. */
export function composeMessage(input: {
  incident: Incident;
  /** The site as the reader knows it; of a hub's own count, the hub. */
  site: Site;
  /** By `deviceKey`, as of now. */
  devices: ReadonlyMap<string, Device>;
  nowMs: number;
  told: Told;
  notice: Notice;
  reason: Reason;
  diagnosis: Diagnosis;
  links: Message['links'];
  /** Of a fallback alone. */
  instead?: Message['instead'];
}): Message {
  const { incident, site, told, notice, reason, diagnosis, links, instead, nowMs } = input;
  const final = notice.kind === 'final';
  const known = new Set([...(told.facts?.down ?? []), ...(told.facts?.flapping ?? [])]);
  const shown: Member[] = [];
  for (const [key, member] of incident.members) {
    if (final || isNews(key, member, known)) shown.push(member);
  }
  const devices = deviceFacts(shown, input.devices, diagnosis.lostAtMs);
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
    devices: devices.slice(0, mostDevices),
    devicesTruncated: Math.max(0, devices.length - mostDevices),
    backCount: tallyOf(incident.members).back,
    openedAtMs: incident.openedAtMs,
    resolvedAtMs: final ? (incident.resolvedAtMs ?? nowMs) : null,
    diagnosis,
    hubLevel: incident.subject.kind === 'hub' ? incident.subject.level : null,
    links,
    ...(instead ? { instead } : {}),
    nowMs,
  };
}

/** How many devices of an incident are in which state; `known` is of its site. */
export function countsOf({ members, knownDevices }: Incident): Message['counts'] {
  const { down, flapping } = tallyOf(members);
  return { offline: down, flapping, known: knownDevices };
}

function typeOf(kind: NoticeKind, told: Told): MessageType {
  if (kind === 'final') return 'incident.resolved';
  if (told.status === 'untold' || told.unconfirmed) return 'incident.opened';
  return kind === 'reminder' ? 'incident.reminder' : 'incident.updated';
}

/** Those not back yet, and those whose return or leaving this receiver has not heard of. */
function isNews(key: string, member: Member, known: ReadonlySet<string>): boolean {
  return member.state === 'down' || member.state === 'flapping' || known.has(key);
}
