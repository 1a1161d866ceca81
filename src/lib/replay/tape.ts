import type { Device } from '../device/device.ts';
import type { RecordedEvent } from '../device/recentEvents.ts';
import type { DeviceEvent, DeviceId } from '../events/event.ts';
import type { Acknowledgement } from '../incident/acknowledgement.ts';
import type { AttemptResult } from '../incident/afterAttempt.ts';
import type { DiagnosisRecord, Incident, Notice, Subject } from '../incident/incident.ts';
import type { TimelineEntry } from '../incident/timeline.ts';
import type { Rules } from '../policy/rules.ts';
import { subjectName } from './subjects.ts';

/** The events of one device from a moment on, and what it was before them. */
export type DeviceTape = DeviceId & {
  readonly hubName: string;
  readonly hubResourceId: string | null;
  /** null: it had never been seen. */
  readonly before: Device | null;
  /** In the order in which they were taken in. */
  readonly events: readonly RecordedEvent[];
};

/** Rules and the moment from which they are in force, milliseconds. */
export type RulesFrom = { readonly fromMs: number; readonly rules: Rules };

/** What becomes of a notice: when it is tried next, and the answer. */
export type Trial = {
  readonly atMs: number;
  readonly result: AttemptResult;
  /** This very notice was tried then, so it had a point: events that came meanwhile were not seen. */
  readonly wasTried: boolean;
};

/** What did not come of events: when it was looked, answers of receivers and of the logs, and what people did. */
export type Circumstances = {
  /** When the site was looked at (milliseconds), and what was seen and decided then; null: whenever that is due. */
  readonly looks: ReadonlyMap<number, Seen> | null;
  /** The next attempt to send a notice that is pending now; null: there is none. */
  readonly trialOf: (notice: Notice, incident: Incident, nowMs: number) => Trial | null;
  readonly diagnosisOf: (incident: Incident, nowMs: number) => DiagnosisRecord | null;
  readonly acknowledgements: readonly { readonly subject: Subject; readonly acknowledged: Acknowledgement }[];
};

/** Every notice arrives in the moment in which it is decided, and nobody does or knows anything. */
export const sentAtOnce: Circumstances = {
  looks: null,
  trialOf: (_notice, _incident, nowMs) => ({ atMs: nowMs, result: { kind: 'sent' }, wasTried: false }),
  diagnosisOf: () => null,
  acknowledgements: [],
};

/** What looks leave in the stories of incidents: entries by name, and how often each is there. */
export type Seen = ReadonlyMap<string, number>;

const ofLooks: ReadonlySet<TimelineEntry['kind']> = new Set(['decision', 'notice', 'event']);

/** What deliveries say of a notice that waits. */
const waits: ReadonlySet<string> = new Set(['rateLimit', 'receiverQuiet']);

/** The name of an entry that a look leaves; that of a notice does not depend on its words. null: a look leaves none such. */
export function seenName(subject: Subject, entry: TimelineEntry): string | null {
  const { kind, deviceId, receiver, reason, sentence } = entry;
  if (!ofLooks.has(kind) || waits.has(reason ?? '')) return null;
  const what = kind === 'notice' && reason !== null ? reason : sentence;
  return JSON.stringify([subjectName(subject), kind, deviceId, receiver, what]);
}

/** How many entries are in one of the two alone. */
export function seenApart(one: Seen, other: Seen): number {
  let apart = 0;
  for (const name of new Set([...one.keys(), ...other.keys()]))
    apart += Math.abs((one.get(name) ?? 0) - (other.get(name) ?? 0));
  return apart;
}

export function countSeen(
  names: Iterable<string | null>,
  into = new Map<string, number>(),
): Map<string, number> {
  for (const name of names) if (name !== null) into.set(name, (into.get(name) ?? 0) + 1);
  return into;
}

/** The event again as ingest took it in. */
export function eventOf(
  { deviceId, moduleId, hubName, hubResourceId }: DeviceTape,
  { kind, eventTimeMs, sequenceNumber }: RecordedEvent,
): DeviceEvent {
  const base = { eventId: '', deviceId, moduleId, hubName, hubResourceId, eventTimeMs };
  if (kind === 'created' || kind === 'deleted') return { ...base, kind };
  return { ...base, kind, sequenceNumber: sequenceNumber ?? '' };
}
