import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Site } from '../directory/placeOf.ts';
import type { HubLevel } from '../incident/hubLevel.ts';
import type { Note } from '../incident/incident.ts';
import type { Reason } from '../incident/reasons.ts';
import type { Per, Severity } from '../policy/policy.ts';
import { type Announcement, announcementKinds } from './announcement.ts';

/** First notice of an incident to a receiver, something between, a reminder, the last. */
export type MessageType = 'incident.opened' | 'incident.updated' | 'incident.reminder' | 'incident.resolved';

export type Interval = { readonly notBeforeMs: number; readonly notAfterMs: number };

/** When the first and the last of several devices were lost, each as an interval. */
export type Losses = { readonly first: Interval; readonly last: Interval };

/** One device in a message. Times are milliseconds. */
export type DeviceFact = {
  readonly deviceId: string;
  readonly moduleId: string | null;
  readonly phase: 'online' | 'suspect' | 'offline' | 'recovering';
  readonly flapping: boolean;
  /** When contact was lost, as an interval; null for a device that only flaps. */
  readonly lostContact: { readonly notBeforeMs: number; readonly notAfterMs: number } | null;
  /** When it connected again; null while it is down. */
  readonly backAtMs: number | null;
  readonly deleted: boolean;
  /** Nothing about it begins to be told: a silence or a window covers it. Absent: no. */
  readonly silenced?: boolean;
};

/** Everything that a receiver may be told of an incident in one notice, in domain words; channels render it. Times are milliseconds. */
export type Message = {
  readonly noticeId: string;
  readonly incidentId: string;
  readonly receiver: string;
  readonly type: MessageType;
  readonly reason: Reason;
  readonly status: 'open' | 'resolved';
  readonly severity: Severity;
  readonly per: Per;
  readonly hub: string;
  readonly site: Site;
  /** Devices; `modules` beside them, absent when none is or was affected. */
  readonly counts: {
    readonly offline: number;
    readonly flapping: number;
    readonly known: number;
    /** Down or flapping, and silenced: they count nowhere else. Absent: none. */
    readonly silenced?: number;
    readonly modules?: { readonly offline: number; readonly flapping: number; readonly back: number };
  };
  /** At most 100: still down first, longest first, then those that came back. */
  readonly devices: readonly DeviceFact[];
  readonly devicesTruncated: number;
  /** Of all devices that took part, how many are back. */
  readonly backCount: number;
  /** Of the devices that this message is about, also those not listed: how many are deleted, or moved to another site. */
  readonly deletedCount: number;
  readonly openedAtMs: number;
  readonly resolvedAtMs: number | null;
  /** Losses of the devices that are down, in the last notice of all; also of those not listed. null: they only flap. */
  readonly losses: Losses | null;
  /** The first change of a connection that flaps or flapped; null: none did. */
  readonly unstableSinceMs: number | null;
  /** From the latest moment of the first loss to the last return, whatever the holds are; null: nothing is over. */
  readonly lasted: { readonly fromMs: number; readonly toMs: number } | null;
  readonly diagnosis: Diagnosis;
  /** Of a hub as a whole alone: then the message is about its count of connections. */
  readonly hubLevel: HubLevel | null;
  /** While somebody has it; null: nobody has. `by` may name the link that was used. */
  readonly acknowledged: {
    readonly by: string;
    readonly atMs: number;
    readonly untilMs: number;
    readonly note: string | null;
  } | null;
  /** Where this is what is new: whose acknowledgement has ended, and how. */
  readonly acknowledgementEnded?: {
    readonly by: string;
    readonly atMs: number;
    readonly why: 'time' | 'takenBack' | 'severityRose';
    /** Who took it back; null: nobody did. */
    readonly endedBy: string | null;
  };
  /** What keeps the silenced devices of `counts` quiet; absent: none is. */
  readonly quiet?: QuietNow;
  /** Of `silenceEnded` and `didNotReturn`: what held it back until now; absent: no control did. */
  readonly letGo?: LetGo;
  /** Of an escalation: who was tried before, the first one first. Absent: this receiver is told for another reason. */
  readonly toldFirst?: readonly {
    readonly receiver: string;
    readonly atMs: number;
    /** Something may have arrived there. */
    readonly reached: boolean;
  }[];
  /** What was noted about the same device or site before, newest first. */
  readonly notes: readonly Note[];
  readonly links: {
    readonly incident: string | null;
    /** Where it is acknowledged, and silenced: pages that act on a press alone. */
    readonly acknowledge: string | null;
    readonly silence: string | null;
    readonly logs: string | null;
    readonly device: string | null;
    /** The hub's state as the platform sees it. */
    readonly resourceHealth: string | null;
  };
  /** The receiver that could not be told, and why: this one is told in its place. Absent: it is told for itself. */
  readonly instead?: { readonly receiver: string; readonly error: string };
  /** When this message was made. */
  readonly nowMs: number;
};

/** Until when devices are not told of, and by what: silences, planned work, or some of either. */
export type QuietNow = {
  readonly why: 'silence' | 'maintenance' | 'both';
  /** Of the last one; the grace of planned work included. */
  readonly untilMs: number;
  /** For some of them it ends earlier. */
  readonly someEarlier: boolean;
  /** Who set it; null: several controls, or nobody who is known. */
  readonly by: string | null;
};

/** A silence or planned work that is over. */
export type LetGo = {
  readonly why: 'silence' | 'maintenance';
  /** Of planned work; null: it is not known any more, or has none. */
  readonly name: string | null;
  /** Who set it; null: the configuration, or it is not known any more. */
  readonly by: string | null;
  /** When it ended, without any grace; null: it recurs, or is not known any more. */
  readonly atMs: number | null;
  /** Who ended it before its time; null: nobody did. */
  readonly endedBy: string | null;
};

/** Several notices to one receiver in one, each as it stands now: what is open first, the worst before the others. */
export type Digest = {
  readonly type: 'incidents.digest';
  /** The same for the same notices, as the id of a notice. */
  readonly noticeId: string;
  readonly receiver: string;
  /** Two at least; fewer only where others that it was sent with before are over. */
  readonly incidents: readonly Message[];
  readonly nowMs: number;
};

/** What a channel carries: `type` tells them apart. */
export type OutgoingMessage = Message | Announcement | Digest;

export function isDigest(message: OutgoingMessage): message is Digest {
  return message.type === 'incidents.digest';
}

/** For channels that do not merge: they never get a digest. */
export function single(message: OutgoingMessage): Message | Announcement {
  if (isDigest(message)) throw new Error('a digest for a channel that does not merge');
  return message;
}

export function isAnnouncement(message: OutgoingMessage): message is Announcement {
  return Object.hasOwn(announcementKinds, message.type);
}

/** Stable over repeats: at most 64 characters of `[A-Za-z0-9_-]`. */
export function idOf(message: OutgoingMessage): string {
  return isAnnouncement(message) ? message.id : message.noticeId;
}

/** What a summary is made of. */
export type Summarised = Pick<
  Message,
  | 'per'
  | 'site'
  | 'status'
  | 'reason'
  | 'severity'
  | 'counts'
  | 'devices'
  | 'devicesTruncated'
  | 'backCount'
  | 'deletedCount'
  | 'lasted'
  | 'diagnosis'
  | 'hubLevel'
> &
  Partial<Pick<Message, 'acknowledged' | 'toldFirst'>>;
