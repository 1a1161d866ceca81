import { deviceKey } from '../../../device/device.ts';
import type { Diagnosis } from '../../../diagnosis/diagnosis.ts';
import type { DeviceFact, Message } from '../../message.ts';
import { causeInWords } from '../../words/causeInWords.ts';
import { type Clock, clockOf } from '../../words/clock.ts';
import { hubReason, hubState } from '../../words/hubWords.ts';
import { type Notes, notesInWords } from '../../words/notesInWords.ts';
import { type Phrase, withName } from '../../words/phrase.ts';
import { reasonInWords } from '../../words/reasonInWords.ts';
import { headlineOf } from '../../words/summary.ts';
import { details, type Fact, facts } from './renderFacts.ts';

/** How a mail is coloured: the severity while the problem stands, else how it ended. */
export type Tone = 'critical' | 'warning' | 'info' | 'good' | 'ended';

export type DeviceLine = { readonly name: string; readonly state: string; readonly times: string };
export type Link = { readonly label: string; readonly url: string };

/** What a mail says, in reading order and still without any layout: HTML and plain text are made from the same. */
export type EmailContent = {
  readonly tone: Tone;
  readonly badge: string;
  readonly headline: Phrase;
  readonly reason: Phrase;
  /** What is down, since when and why: a phone shows it without scrolling. */
  readonly facts: readonly Fact[];
  /** The page of the incident; null: there is none. */
  readonly incident: Link | null;
  /** Where it is acknowledged; null: somebody has it, it is over, or there is no such page. */
  readonly acknowledge: Link | null;
  /** Empty: nothing to do, see `stepsNote`. */
  readonly steps: readonly Phrase[];
  readonly stepsNote: string | null;
  /** What people said of it, and of what was wrong here before. */
  readonly notes: readonly Notes[];
  readonly explanation: readonly Phrase[];
  readonly evidenceFor: readonly Phrase[];
  readonly evidenceAgainst: readonly Phrase[];
  readonly errors: readonly Fact[];
  readonly devices: readonly DeviceLine[];
  /** How many are not listed. */
  readonly moreDevices: number;
  readonly details: readonly Fact[];
  readonly links: readonly Link[];
  readonly footer: readonly Phrase[];
};

/** Puts a message into the words of a mail. Says nothing about the present time, so a repeat says the same. */
export function renderEmailContent(message: Message): EmailContent {
  const clock = clockOf(message.site.timeZone, instantsOf(message));
  const { diagnosis, links } = message;
  const resolved = message.status === 'resolved';
  const aboutSite = (sentence: string) => withName(sentence, message.site.name);
  return {
    tone: toneOf(message),
    badge: badgeOf(message),
    headline: headlineOf(message),
    reason: reasonOf(message, clock),
    facts: facts(message, clock),
    incident: links.incident === null ? null : { label: 'Open the incident', url: links.incident },
    acknowledge: acknowledgeLink(message),
    steps: resolved ? [] : diagnosis.steps.map(aboutSite),
    stepsNote: stepsNote(message),
    notes: notesInWords(message, clock),
    explanation: explanation(message).map(aboutSite),
    evidenceFor: diagnosis.evidence.for.map(aboutSite),
    evidenceAgainst: diagnosis.evidence.against.map(aboutSite),
    errors: diagnosis.errors.map(({ code, name, count, lastSeen }) => ({
      label: `${code} ${name}`,
      value: `${count} ${count === 1 ? 'time' : 'times'}, last ${lastSeenAt(lastSeen, message, clock)}`,
    })),
    // The one device of a hub as a whole only stands for its connections.
    devices: message.hubLevel ? [] : message.devices.map((device) => deviceLine(device, message, clock)),
    moreDevices: message.devicesTruncated,
    details: details(message, clock),
    links: [
      { label: 'View the logs', url: links.logs },
      { label: 'Device in the portal', url: links.device },
      { label: 'Hub health', url: hubMatters(message) ? links.resourceHealth : null },
    ].filter((link): link is Link => link.url !== null),
    footer: [
      `Incident ${message.incidentId}, notice ${message.noticeId}`,
      ['Sent to ', { name: message.receiver }, ' by the IoT Hub disconnect responder'],
    ],
  };
}

/** The links to the incident's page, the more usual first. */
export function pageLinks({ incident, acknowledge }: EmailContent): Link[] {
  return [incident, acknowledge].filter((link) => link !== null);
}

function acknowledgeLink({ links, acknowledged, status }: Message): Link | null {
  if (links.acknowledge === null || acknowledged !== null || status === 'resolved') return null;
  return { label: 'Acknowledge', url: links.acknowledge };
}

/** All instants that a mail may print: where their offsets differ, each is printed with its own. */
function instantsOf(message: Message): number[] {
  const { openedAtMs, resolvedAtMs, unstableSinceMs, losses, lasted, devices, diagnosis } = message;
  const { acknowledged, acknowledgementEnded, quiet, letGo, toldFirst = [], notes } = message;
  const given = [openedAtMs, resolvedAtMs, unstableSinceMs, lasted?.fromMs, lasted?.toMs];
  const ofControls = [
    ...[acknowledged?.untilMs, acknowledgementEnded?.atMs, quiet?.untilMs, letGo?.atMs],
    ...[...toldFirst, ...notes].map(({ atMs }) => atMs),
  ];
  const ofDevices = devices.flatMap(({ lostContact, backAtMs }) => [
    lostContact?.notBeforeMs,
    lostContact?.notAfterMs,
    backAtMs,
  ]);
  const ofLosses = losses ? [losses.first, losses.last] : [];
  return [
    ...given,
    ...ofLosses.flatMap(({ notBeforeMs, notAfterMs }) => [notBeforeMs, notAfterMs]),
    ...ofDevices,
    ...ofControls,
    ...diagnosis.errors.map(({ lastSeen }) => Date.parse(lastSeen)),
  ].filter((atMs): atMs is number => Number.isFinite(atMs));
}

/** Causes by which the hub itself may be in trouble. */
function hubMatters({ diagnosis }: Message): boolean {
  return ['cloud', 'quota', 'throttling', 'administrative', 'unknown'].includes(diagnosis.cause);
}

function toneOf({ status, reason, severity }: Message): Tone {
  if (status === 'open') return severity;
  return reason === 'noLongerFollowed' ? 'ended' : 'good';
}

function reasonOf(message: Message, clock: Clock): Phrase {
  const { hubLevel } = message;
  return (hubLevel && hubReason(message, hubLevel)) || reasonInWords(message, clock);
}

function badgeOf(message: Message): string {
  const { status, reason, counts, severity, hubLevel, acknowledged } = message;
  const { offline, flapping, silenced, modules } = counts;
  const has = acknowledged === null ? [] : ['acknowledged'];
  if (hubLevel) {
    return [hubState(message, hubLevel), ...(status === 'open' ? [severity, ...has] : [])].join(', ');
  }
  if (status === 'resolved') {
    if (reason === 'noLongerFollowed') return 'No longer followed';
    return reason === 'flappingEnded' ? 'Stable again' : 'Back online';
  }
  const rest = (silenced ?? 0) > 0 ? 'Silenced' : 'Recovering';
  const state =
    offline + (modules?.offline ?? 0) > 0
      ? 'Offline'
      : flapping + (modules?.flapping ?? 0) > 0
        ? 'Flapping'
        : rest;
  return [state, ...(severity === 'info' ? [] : [severity]), ...has].join(', ');
}

function explanation({ diagnosis, status, instead }: Message): string[] {
  const said = [
    ...(instead ? [`You get this because ${instead.receiver} could not be reached: ${instead.error}.`] : []),
    ...(diagnosis.summary === '' ? [] : [diagnosis.summary]),
    ...diagnosis.also.map(furtherCause),
  ];
  if (diagnosis.status === 'unavailable') {
    const because = diagnosis.unavailableBecause ?? 'no reason is known';
    return [...said, `The logs could not be read: ${because.replace(/\.$/, '')}.`];
  }
  if (diagnosis.status === 'pending' && status === 'open') {
    const waiting = 'The logs show nothing yet; they usually lag by a few minutes.';
    return [...said, `${waiting} We will send an update if they change what to do.`];
  }
  return said;
}

/** A cause beside the first one, as a paragraph. */
function furtherCause({ cause, confidence, devices, summary }: Diagnosis['also'][number]): string {
  const whom = devices === 1 ? '1 device' : `${devices} devices`;
  return `Also likely, for ${whom}: ${causeInWords(cause)} (${confidence} confidence). ${summary}`;
}

function stepsNote({ status, reason, counts, diagnosis }: Message): string | null {
  const { offline, modules } = counts;
  const stillDown = offline + (modules?.offline ?? 0) > 0;
  if (status === 'resolved') {
    return reason === 'noLongerFollowed' && stillDown
      ? 'Devices are still offline, but this is the last notice about them.'
      : 'Nothing to do.';
  }
  if (diagnosis.steps.length > 0) return null;
  if (!stillDown && (counts.silenced ?? 0) > 0) return 'Nothing to do: what is left is silenced.';
  return stillDown
    ? 'Check the power and the network of the devices below.'
    : 'Check the network link of the devices below.';
}

function deviceLine(device: DeviceFact, message: Message, clock: Clock): DeviceLine {
  const { lostContact, backAtMs } = device;
  const lost =
    lostContact && clock.shortInterval(lostContact.notBeforeMs, lostContact.notAfterMs, message.openedAtMs);
  const back =
    backAtMs === null ? null : clock.shortInstant(backAtMs, message.openedAtMs, lostContact?.notAfterMs);
  return {
    name: deviceKey(device),
    state: deviceState(device),
    times: [lost && `lost ${lost}`, back && `back ${back}`].filter((part) => part !== null).join(', '),
  };
}

function deviceState(device: DeviceFact): string {
  const state = stateAlone(device);
  return device.silenced ? `${state}, silenced` : state;
}

function stateAlone({ deleted, flapping, phase }: DeviceFact): string {
  if (deleted) return 'deleted';
  if (flapping) return 'flapping';
  return { online: 'online', recovering: 'reconnected', suspect: 'contact lost', offline: 'offline' }[phase];
}

function lastSeenAt(lastSeen: string, { openedAtMs }: Message, clock: Clock): string {
  const atMs = Date.parse(lastSeen);
  return Number.isNaN(atMs) ? lastSeen : clock.shortInstant(atMs, openedAtMs);
}
