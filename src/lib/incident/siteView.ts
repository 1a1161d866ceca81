import type { Device } from '../device/device.ts';
import type { Site } from '../directory/placeOf.ts';
import type { HubLevel } from '../hubWatch/hubLevel.ts';
import type { DiagnosisRecord, Incident, Notice, Told } from './incident.ts';

/** Everything live about one site of one hub, as read in one query. */
export type SiteView = {
  readonly hub: string;
  readonly site: Site;
  readonly devices: readonly Device[];
  /** Open ones, and ended ones that somebody is still to be told of. */
  readonly incidents: readonly Incident[];
  readonly told: readonly Told[];
  /** Pending ones. */
  readonly notices: readonly Notice[];
  readonly diagnoses: readonly DiagnosisRecord[];
  /** Of a hub as a whole alone. */
  readonly hubLevel?: HubLevel | null;
};
