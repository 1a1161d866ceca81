import type { Device } from '../device/device.ts';
import type { Site } from '../directory/placeOf.ts';
import type { DiagnosisRecord, Incident, Notice, Told } from './incident.ts';
import type { PlaceNote } from './notes.ts';

/** What is kept of incidents that are not over for everybody yet. */
export type Ledger = {
  /** Open ones, and ended ones that somebody is still to be told of. */
  readonly incidents: readonly Incident[];
  readonly told: readonly Told[];
  /** Pending ones. */
  readonly notices: readonly Notice[];
  readonly diagnoses: readonly DiagnosisRecord[];
};

/** Everything live about one site of one hub. */
export type SiteView = Ledger & {
  /** As events spell it. */
  readonly hub: string;
  readonly site: Site;
  readonly devices: readonly Device[];
  /** What was noted about its incidents, oldest first; absent: nothing. */
  readonly notes?: readonly PlaceNote[];
};
