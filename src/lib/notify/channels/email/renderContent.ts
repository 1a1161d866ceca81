import { deviceKey } from '../../../device/device.ts';
import type { Diagnosis } from '../../../diagnosis/diagnosis.ts';
import type { DeviceFact, Message } from '../../message.ts';
import { causeInWords } from '../../words/causeInWords.ts';
import { type Clock, clockOf } from '../../words/clock.ts';
import { durationInWords } from '../../words/durationInWords.ts';
import { hubFacts, hubReason, hubState } from '../../words/hubWords.ts';
import { reasonInWords } from '../../words/reasonInWords.ts';
import { summarise } from '../../words/summary.ts';

const oneFallMs = 10 * 60 * 1000;

/** How a mail is coloured: the severity while the problem stands, else how it ended. */
export type Tone = 'critical' | 'warning' | 'info' | 'good' | 'ended';

export type Fact = { readonly label: string; readonly value: string };
export type DeviceLine = { readonly name: string; readonly state: string; readonly times: string };

/** What a mail says, in reading order and still without any layout: HTML and plain text are made from the same. */
export type EmailContent = {
  readonly tone: Tone;
  readonly badge: string;
  readonly headline: string;
  readonly reason: string;
  readonly facts: readonly Fact[];
  readonly explanation: readonly string[];
  readonly evidenceFor: readonly string[];
  readonly evidenceAgainst: readonly string[];
  readonly errors: readonly Fact[];
  /** Empty: nothing to do, see `stepsNote`. */
  readonly steps: readonly string[];
  readonly stepsNote: string | null;
  readonly devices: readonly DeviceLine[];
  readonly devicesNote: string | null;
  readonly links: readonly { readonly label: string; readonly url: string }[];
  readonly footer: readonly string[];
};

/** Puts a message into the words of a mail. Says nothing about the present time, so a repeat says the same. */
export function renderEmailContent(message: Message): EmailContent {
  const clock = clockOf(message.site.timeZone);
  const { diagnosis, devices, devicesTruncated } = message;
  const resolved = message.status === 'resolved';
  return {
    tone: toneOf(message),
    badge: badgeOf(message),
    headline: summarise(message),
    reason: reasonOf(message),
    facts: facts(message, clock),
    explanation: explanation(message),
    evidenceFor: diagnosis.evidence.for,
    evidenceAgainst: diagnosis.evidence.against,
    errors: diagnosis.errors.map(({ code, name, count, lastSeen }) => ({
      label: `${code} ${name}`,
      value: `${count} ${count === 1 ? 'time' : 'times'}, last ${lastSeenAt(lastSeen, message, clock)}`,
    })),
    steps: resolved ? [] : diagnosis.steps,
    stepsNote: stepsNote(message),
    // The one device of a hub as a whole only stands for its connections.
    devices: message.hubLevel ? [] : devices.map((device) => deviceLine(device, message, clock)),
    devicesNote: devicesTruncated > 0 ? `and ${devicesTruncated} more, not listed here` : null,
    links: [
      { label: 'Open the incident', url: message.links.incident },
      { label: 'Look into the logs', url: message.links.logs },
      { label: 'Device in the portal', url: message.links.device },
      { label: 'Health of the hub', url: hubMatters(message) ? message.links.resourceHealth : null },
    ].filter((link): link is { label: string; url: string } => link.url !== null),
    footer: [
      `Incident ${message.incidentId}, notice ${message.noticeId}`,
      `Sent to ${message.receiver} by the IoT Hub disconnect responder`,
    ],
  };
}

/** Causes by which the hub itself may be in trouble. */
function hubMatters({ diagnosis }: Message): boolean {
  return ['cloud', 'quota', 'throttling', 'administrative', 'unknown'].includes(diagnosis.cause);
}

function toneOf({ status, reason, severity }: Message): Tone {
  if (status === 'open') return severity;
  return reason === 'noLongerFollowed' ? 'ended' : 'good';
}

function reasonOf(message: Message): string {
  const { hubLevel, reason } = message;
  return (hubLevel && hubReason(message, hubLevel)) || reasonInWords(reason);
}

function badgeOf(message: Message): string {
  const { status, reason, counts, severity, hubLevel } = message;
  if (hubLevel) return `${hubState(message, hubLevel)}${status === 'open' ? `, ${severity}` : ''}`;
  if (status === 'resolved') {
    if (reason === 'noLongerFollowed') return 'No longer followed';
    return reason === 'flappingEnded' ? 'Stable again' : 'Back online';
  }
  const state = counts.offline > 0 ? 'Offline' : counts.flapping > 0 ? 'Flapping' : 'Recovering';
  return severity === 'info' ? state : `${state}, ${severity}`;
}

function facts(message: Message, clock: Clock): Fact[] {
  const { site, counts, openedAtMs, resolvedAtMs } = message;
  return [
    ...(message.hubLevel
      ? [...hubFacts(message.hubLevel), { label: 'Seen since', value: clock.instant(seenSince(message)) }]
      : [
          { label: 'Site', value: site.name === site.id ? site.id : `${site.name} (${site.id})` },
          { label: 'Now', value: present(counts) },
          ...lossFacts(message, clock),
        ]),
    { label: 'Likely cause', value: cause(message.diagnosis) },
    ...(resolvedAtMs === null
      ? []
      : [
          { label: 'Over since', value: clock.instant(resolvedAtMs) },
          { label: 'Lasted', value: durationInWords(resolvedAtMs - openedAtMs) },
        ]),
    { label: 'Time zone', value: clock.zone(openedAtMs) },
    { label: 'IoT hub', value: message.hub },
  ];
}

/** A drop of a hub's level is seen at a look; what came before is between two looks. */
function seenSince({ devices, openedAtMs }: Message): number {
  return devices[0]?.lostContact?.notAfterMs ?? openedAtMs;
}

function present({ offline, flapping, known }: Message['counts']): string {
  return `${offline} offline${flapping > 0 ? `, ${flapping} flapping` : ''} of ${known} known`;
}

/** One interval for devices that fell together, else those of the first and the last. */
function lossFacts({ devices, status, openedAtMs }: Message, clock: Clock): Fact[] {
  const down = devices.filter(
    ({ backAtMs, deleted }) => status === 'resolved' || (backAtMs === null && !deleted),
  );
  const losses = down.flatMap(({ lostContact }) => (lostContact ? [lostContact] : []));
  losses.sort((a, b) => a.notAfterMs - b.notAfterMs || a.notBeforeMs - b.notBeforeMs);
  const [first] = losses;
  const last = losses.at(-1);
  if (!first || !last) return [{ label: 'Unstable since', value: clock.instant(openedAtMs) }];
  const beganMs = Math.min(...losses.map(({ notBeforeMs }) => notBeforeMs));
  if (last.notAfterMs - beganMs <= oneFallMs) {
    return [{ label: 'Contact lost', value: clock.interval(beganMs, last.notAfterMs) }];
  }
  return [
    { label: 'First lost', value: clock.interval(first.notBeforeMs, first.notAfterMs) },
    { label: 'Last lost', value: clock.interval(last.notBeforeMs, last.notAfterMs) },
  ];
}

function cause({ cause, confidence }: Diagnosis): string {
  return cause === 'unknown' ? 'Not known' : `${causeInWords(cause)} (confidence ${confidence})`;
}

function explanation({ diagnosis, status, instead }: Message): string[] {
  const said = [
    ...(instead ? [`You get this because ${instead.receiver} could not be told: ${instead.error}.`] : []),
    ...(diagnosis.summary === '' ? [] : [diagnosis.summary]),
    ...diagnosis.also.map(furtherCause),
  ];
  if (diagnosis.status === 'unavailable') {
    const because = diagnosis.unavailableBecause ?? 'no reason is known';
    return [...said, `The diagnostic logs could not be used: ${because.replace(/\.$/, '')}.`];
  }
  if (diagnosis.status === 'pending' && status === 'open') {
    const waiting = 'The diagnostic logs have nothing about this yet; their rows come some minutes late.';
    return [...said, `${waiting} An update follows if they change what to do.`];
  }
  return said;
}

/** A cause beside the first one, as a paragraph. */
function furtherCause({ cause, confidence, devices, summary }: Diagnosis['also'][number]): string {
  const whom = devices === 1 ? '1 device' : `${devices} devices`;
  return `Also likely, for ${whom}: ${causeInWords(cause)} (confidence ${confidence}). ${summary}`;
}

function stepsNote({ status, reason, counts, diagnosis }: Message): string | null {
  if (status === 'resolved') {
    if (reason !== 'noLongerFollowed') return 'Nothing to do.';
    return counts.offline > 0
      ? 'No further notice follows, although devices are still offline.'
      : 'Nothing to do.';
  }
  return diagnosis.steps.length === 0 ? 'Check power and network of the devices below.' : null;
}

function deviceLine(device: DeviceFact, message: Message, clock: Clock): DeviceLine {
  const { lostContact, backAtMs } = device;
  const lost =
    lostContact && clock.shortInterval(lostContact.notBeforeMs, lostContact.notAfterMs, message.openedAtMs);
  const back = backAtMs === null ? null : clock.shortInstant(backAtMs, message.openedAtMs);
  return {
    name: deviceKey(device),
    state: deviceState(device),
    times: [lost && `lost ${lost}`, back && `back ${back}`].filter((part) => part !== null).join(', '),
  };
}

function deviceState({ deleted, flapping, phase }: DeviceFact): string {
  if (deleted) return 'deleted';
  if (flapping) return 'flapping';
  return { online: 'online', recovering: 'connected again', suspect: 'contact lost', offline: 'offline' }[
    phase
  ];
}

function lastSeenAt(lastSeen: string, { openedAtMs }: Message, clock: Clock): string {
  const atMs = Date.parse(lastSeen);
  return Number.isNaN(atMs) ? lastSeen : clock.shortInstant(atMs, openedAtMs);
}
