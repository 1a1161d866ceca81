import type { DeviceId } from '../events/event.ts';

/**
 * What was observed of a device:
 * - `online`: connected, or back for longer than the hold;
 * - `suspect`: disconnected, the hold is not over;
 * - `offline`: disconnected for longer than the hold;
 * - `recovering`: was offline, connected again, not yet back for `recoveredAfter`.
 */
export type Phase = 'online' | 'suspect' | 'offline' | 'recovering';

/** One observation in the recent history: which event, when, and the state it reported. */
export type Observation = {
  readonly sequenceNumber: string;
  readonly atMs: number;
  readonly connected: boolean;
};

/**
 * A device as it is stored. The phase is that of the last event; `settle` turns it into the phase of a later moment,
 * so nothing has to be written when a hold ends. Times are milliseconds since 1970.
 */
export type Device = DeviceId & {
  readonly hubName: string;
  /** The hub's ARM id, from the newest event that told it. */
  readonly hubResourceId: string | null;
  readonly phase: Phase;
  /** When the phase's hold began: the earlier of event time and receipt. */
  readonly sinceMs: number;
  /** Event time of the event that began it; what a reader is told. */
  readonly eventTimeMs: number;
  /** When that event reached us. */
  readonly receivedAtMs: number;
  /** When the device counted as offline for the present or last outage; null: never. */
  readonly offlineAtMs: number | null;
  /** Event time of the loss that began the present or last outage; null: never. */
  readonly lostAtMs: number | null;
  readonly flapping: boolean;
  /** Sequence number of the newest event; null: none since it was made. */
  readonly mark: string | null;
  readonly markTimeMs: number;
  /** Recent observations by sequence number, oldest first. */
  readonly history: readonly Observation[];
  /** Newest event time of a connect; 0: never. */
  readonly connectedAtMs: number;
  /** Newest event time of a creation; 0: never. */
  readonly createdAtMs: number;
  /** Newest event time of a deletion; 0: never. */
  readonly deletedAtMs: number;
  /** A tombstone: deleted and not seen since. */
  readonly deleted: boolean;
  /**
   * The newest disconnect that the tombstone ignored. It counts when an older connect or creation comes after it and
   * shows that the device had come back; else it was the one that the deletion itself causes.
   */
  readonly heldBack: Observation | null;
  /** Receipt of the newest event of any kind. */
  readonly seenAtMs: number;
};

/** One text for a device or module, for maps and sets. Injective: a device id cannot contain `/`. */
export function deviceKey({ deviceId, moduleId }: DeviceId): string {
  return moduleId === null ? deviceId : `${deviceId}/${moduleId}`;
}
