import { deviceKey } from '../device/device.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Incident, Member, Notice, NoticeKind, Told } from '../incident/incident.ts';
import type { SettledSite } from '../incident/observe.ts';
import type { Reason } from '../incident/reasons.ts';
import type { DeviceFact, Message, MessageType } from './message.ts';

const mostDevices = 100;

/** The hub notices a silent MQTT peer 1.5 × its keep-alive later: up to 450 s by the SDKs' defaults (azure-facts §1.4). */
const longestSilenceMs = 450_000;

/** The hub reports the states of a snapshot that it takes each minute (azure-facts §1.4). */
const snapshotMs = 60_000;

/** What a notice says now: the facts of this moment, for what this receiver knows. */
export function composeMessage(input: {
  incident: Incident;
  settled: SettledSite;
  told: Told;
  notice: Notice;
  reason: Reason;
  diagnosis: Diagnosis;
  links: Message['links'];
}): Message {
  const { incident, settled, told, notice, reason, diagnosis, links } = input;
  const members = Object.entries(incident.members);
  const final = notice.kind === 'final';
  const shown = members
    .filter(([key, member]) => final || isNews(key, member, told))
    .map(([, member]) => member);
  const devices = shown.sort(byWeight).map((member) => factOf(member, settled, diagnosis));
  const count = (state: Member['state']) => members.filter(([, member]) => member.state === state).length;
  return {
    noticeId: notice.noticeId,
    incidentId: incident.incidentId,
    receiver: notice.receiver,
    type: typeOf(notice.kind, told),
    reason,
    status: final ? 'resolved' : 'open',
    severity: final ? incident.peakSeverity : incident.severity,
    per: incident.per,
    hub: incident.hubName,
    site: settled.site,
    counts: { offline: count('down'), flapping: count('flapping'), known: incident.knownDevices },
    devices: devices.slice(0, mostDevices),
    devicesTruncated: Math.max(0, devices.length - mostDevices),
    backCount: count('back'),
    openedAtMs: incident.openedAtMs,
    resolvedAtMs: final ? (incident.resolvedAtMs ?? settled.nowMs) : null,
    diagnosis,
    hubLevel: diagnosis.hubLevel ?? null,
    links,
    nowMs: settled.nowMs,
  };
}

function typeOf(kind: NoticeKind, told: Told): MessageType {
  if (kind === 'final') return 'incident.resolved';
  if (told.status === 'untold') return 'incident.opened';
  return kind === 'reminder' ? 'incident.reminder' : 'incident.updated';
}

/** Those not back yet, and those whose return or leaving this receiver has not heard of. */
function isNews(key: string, member: Member, told: Told): boolean {
  if (member.state === 'down' || member.state === 'flapping') return true;
  return told.facts !== null && (told.facts.down.includes(key) || told.facts.flapping.includes(key));
}

/** Still down first, longest first; then those that only flap; then those that are back or gone. */
function byWeight(a: Member, b: Member): number {
  const weight = { down: 0, flapping: 1, gone: 2, back: 3 } as const;
  return weight[a.state] - weight[b.state] || a.since - b.since || (deviceKey(a) < deviceKey(b) ? -1 : 1);
}

function factOf(member: Member, settled: SettledSite, diagnosis: Diagnosis): DeviceFact {
  const key = deviceKey(member);
  const device = settled.devices.get(key);
  const logged = Object.hasOwn(diagnosis.lostAtMs, key);
  const connectedBeforeMs =
    device && member.lostAtMs !== null && device.connectedAtMs < member.lostAtMs ? device.connectedAtMs : 0;
  return {
    deviceId: member.deviceId,
    moduleId: member.moduleId,
    phase: phaseOf(member, device?.phase),
    flapping: member.state === 'flapping',
    lostContact: lostContact(member, connectedBeforeMs, logged ? diagnosis.lostAtMs[key] : undefined),
    backAtMs: member.backAtMs,
    deleted: member.state === 'gone',
  };
}

function phaseOf(member: Member, observed: DeviceFact['phase'] | undefined): DeviceFact['phase'] {
  switch (member.state) {
    case 'back':
      return 'online';
    case 'flapping':
      return observed ?? 'suspect';
    case 'down':
    case 'gone':
      if (member.recovering) return 'recovering';
      return member.backAtMs === null ? 'offline' : 'online';
    default:
      return member.state satisfies never;
  }
}

/** When contact was lost: the instant of the log row, or what the event allows to say. */
function lostContact(
  member: Member,
  connectedBeforeMs: number,
  loggedMs: number | undefined,
): DeviceFact['lostContact'] {
  if (member.lostAtMs === null) return null;
  if (loggedMs !== undefined) return { notBeforeMs: loggedMs, notAfterMs: loggedMs };
  const earliestMs = member.lostAtMs - longestSilenceMs - snapshotMs;
  return { notBeforeMs: Math.max(earliestMs, connectedBeforeMs), notAfterMs: member.lostAtMs };
}
