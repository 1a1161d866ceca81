import type { Quiet } from '../control/quiet.ts';
import type { Cause, Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Per, Severity } from '../policy/policy.ts';
import type { Acknowledgement } from './acknowledgement.ts';
import type { Handle } from './handle.ts';
import type { HubLevel } from './hubLevel.ts';
import type { Reason } from './reasons.ts';

/**
 * What an incident knows of one of its devices:
 * - `down`: offline, or connected again but not yet confirmed;
 * - `flapping`: its connection is unstable, whatever its phase;
 * - `back`: online for longer than the hold;
 * - `gone`: deleted, or moved to another site by the configuration.
 */
export type MemberState = 'down' | 'flapping' | 'back' | 'gone';

/** A device that took part in an incident. Times are milliseconds. */
export type Member = {
  readonly deviceId: string;
  readonly moduleId: string | null;
  readonly state: MemberState;
  /** Connected again, but not yet for `recoveredAfter`; true only for `down`, and for `gone` if it was so to the last. */
  readonly recovering: boolean;
  /** Event time of the loss; null for one that only flaps. */
  readonly lostAtMs: number | null;
  /** When it connected for the last time before that loss, as far as it is known; 0: it is not. */
  readonly connectedBeforeMs: number;
  /** When it began to count, by being offline or flapping. */
  readonly since: number;
  /** When it connected again; null while it is down. */
  readonly backAtMs: number | null;
  /** Nothing about it begins to be told now; absent: it is not quiet, or nothing is wrong with it. */
  readonly quiet?: Quiet;
  /** Its trouble is or was quiet from its beginning to its end: nobody was told of it. Absent: no. */
  readonly quietThroughout?: true;
};

/** The devices of an incident by `deviceKey`, in the order in which they joined. */
export type Members = ReadonlyMap<string, Member>;

/**
 * What an incident is about: a site with all its devices, one device (`deviceKey`), or the connections of a hub as its
 * own count shows them.
 */
export type Subject =
  | { readonly kind: 'site' }
  | { readonly kind: 'device'; readonly key: string }
  | { readonly kind: 'hub'; readonly level: HubLevel | null };

/** How many identities of a device are known, its own and its modules'; of devices with modules alone. */
export type Identities = Readonly<Record<string, number>>;

/** One problem that people follow. Times are milliseconds. */
export type Incident = {
  readonly incidentId: string;
  readonly subject: Subject;
  readonly hubName: string;
  /** ARM id of the hub, as its events or the watched hubs name it; absent: none did. */
  readonly hubResourceId?: string;
  readonly status: 'open' | 'resolved';
  readonly openedAtMs: number;
  readonly resolvedAtMs: number | null;
  readonly severity: Severity;
  readonly peakSeverity: Severity;
  /** When the first trouble began that was not quiet; null: there was none yet. Absent: at its opening. */
  readonly tellableSinceMs?: number | null;
  /** The severity when `groupWait` had run; null before. A route that matches only above it is told of the rise. */
  readonly firstSeverity: Severity | null;
  /** Of a hub as a whole one, which stands for its connections. */
  readonly members: Members;
  /** Devices known of the place; modules do not count beside their device. */
  readonly knownDevices: number;
  /** Of each device with a module among the members: how many of its identities are known. Absent: no modules. */
  readonly identities?: Identities;
  /** Event time of the first loss, also of one that has come back since; absent: nothing was down yet. */
  readonly firstLostAtMs?: number;
  /** The first change of a connection that flaps or flapped; absent: none did. */
  readonly unstableSinceMs?: number;
  readonly fallbacks: readonly FallbackRecipient[];
  /** The newest one, also when it has ended; absent: nobody ever did. */
  readonly acknowledged?: Acknowledgement;
  /** The cause that routes were first compared with; absent: not yet, or none of them names one. */
  readonly firstCause?: Cause;
  /** What was noted about the same device or site before it began, newest first; absent: nothing. */
  readonly earlierNotes?: readonly Note[];
};

/** What somebody found or did: "this fixed it". */
export type Note = { readonly by: string; readonly atMs: number; readonly text: string };

/** Which routes an incident goes by. */
export function perOf({ subject }: Pick<Incident, 'subject'>): Per {
  return subject.kind === 'device' ? 'device' : 'site';
}

/** A receiver that is told in place of one that could not be told: of the outage, or only of its end. */
export type FallbackRecipient = {
  readonly receiver: string;
  readonly instead: string;
  readonly tells: 'outage' | 'end';
};

/** The facts that a receiver was last told, or that failed for good and are not repeated. */
export type ToldFacts = {
  readonly severity: Severity;
  /** `deviceKey`s, in the order of the members. */
  readonly down: readonly string[];
  readonly flapping: readonly string[];
  /** Those among them that an unanswered notice may have told otherwise; absent: none. */
  readonly unsure?: readonly string[];
  /** `diagnosisKey` of the diagnosis that went with them. */
  readonly diagnosisKey: string;
  /** `acknowledgementKey` of what was true of it; absent: nothing was told of one. */
  readonly acknowledgement?: string;
};

/** What one receiver has been told about one incident: the ledger that promise 3 rests on. */
export type Told = {
  readonly incidentId: string;
  readonly receiver: string;
  /** `untold`: nothing has arrived; `told`: it knows; `closed`: it was told the end, or there is nobody to tell. */
  readonly status: 'untold' | 'told' | 'closed';
  /** It counts as told by attempts without an answer alone: what it is told next is a beginning. Absent: no. */
  readonly unconfirmed?: boolean;
  readonly facts: ToldFacts | null;
  readonly lastNoticeAtMs: number | null;
  /** How many notices were made for it; numbers their ids. */
  readonly noticeCount: number;
  /** The one notice that is on its way, or null. */
  readonly pendingNoticeId: string | null;
  /** Since when the receiver fails; null: it does not, or has its fallback. */
  readonly failingSinceMs: number | null;
  /** The last failure was permanent, or it was told in part: the fallback is due at once. */
  readonly failedForGood: boolean;
  /** When it was first tried to tell this receiver of the incident, whatever came of it; absent: not yet. */
  readonly firstAttemptAtMs?: number;
  /** A reminder that a control held back is passed: the next one counts from then. Absent: none was. */
  readonly remindersFromMs?: number;
  /** What was not told because of a control, until it is told or over; absent: nothing. */
  readonly held?: Held;
  /** What its channel remembers of this incident; absent: nothing. */
  readonly handle?: Handle;
};

/** Something that would be said by now, and why it is not. */
export type Held = {
  readonly why: Quiet['why'] | 'muteTime';
  /** The control's id or name; of a mute time, the route (`routes[0]`). */
  readonly control: string;
  readonly reason: Reason;
  readonly sinceMs: number;
  /** When the first of it may be told. */
  readonly untilMs: number;
  /** When the control let go of it: it is to be told since. Absent: it is held. */
  readonly letGoAtMs?: number;
};

/** The place of a notice in the story of its incident. */
export type NoticeKind = 'opening' | 'update' | 'reminder' | 'final';

/** One message to one receiver: the outbox. Times are milliseconds. */
export type Notice = {
  readonly noticeId: string;
  readonly incidentId: string;
  readonly receiver: string;
  readonly kind: NoticeKind;
  readonly reason: Reason;
  readonly state: 'pending' | 'sent' | 'failed' | 'dropped';
  readonly createdAtMs: number;
  /** When it is to be tried next. */
  readonly dueAtMs: number;
  /** While a delivery is at work it owns the notice until then; 0: nobody does. */
  readonly leasedUntilMs: number;
  readonly attempts: number;
  readonly lastError: string | null;
  /** What the receiver may have read by attempts that ended without an answer; null: nothing. */
  readonly possiblyDelivered: ToldFacts | null;
  readonly finishedAtMs: number | null;
  /** How long it has waited for our own limit, which counts towards no giving up; absent: not at all. */
  readonly limitedMs?: number;
  /** It is put off for our own limit, not for a failure or a receiver's quiet. Absent: no. */
  readonly awaitsTurn?: true;
  /** The digest that it went out with, when it did not go by itself. */
  readonly digestId?: string;
  /** Others of that digest, to be found from this one: each names a few, and from the first one all are reached. */
  readonly digestWith?: readonly NoticeName[];
};

/** Where a notice is found. */
export type NoticeName = { readonly incidentId: string; readonly noticeId: string };

/** The latest answer of the logs about an incident. */
export type DiagnosisRecord = {
  readonly incidentId: string;
  readonly diagnosis: Diagnosis;
  /** When the logs were first asked about these facts. */
  readonly firstAskedAtMs: number;
  /** How often the logs were asked about them. */
  readonly asked: number;
  /** Marks of the facts that it was found for (`diagnosisFit.ts`). */
  readonly about: {
    /** All that ever took part. */
    readonly members: number;
    readonly flapping: number;
    /** Event time, milliseconds; 0: nothing was lost. */
    readonly newestLossMs: number;
    /** Of the losses of all that do not flap; absent: an earlier version did not note it. */
    readonly lossSum?: number;
    readonly severity: Severity;
  };
};
