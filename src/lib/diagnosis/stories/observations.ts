import type { Site } from '../../directory/placeOf.ts';
import type { DiagnosedDevice, DiagnosisRequest } from '../diagnosis.ts';
import type { ErrorTally, HubDevice, LogRow } from '../logs/logRow.ts';

/** A device of the hub around the loss, with the site it belongs to. */
export type NeighbourDevice = HubDevice & { readonly site: Site };

/** Everything that the diagnosis knows: the pattern of the events, and what the logs answered. */
export type Observations = {
  readonly nowMs: number;
  readonly hubName: string;
  readonly site: Site;
  readonly devices: readonly DiagnosedDevice[];
  readonly unaffected: DiagnosisRequest['unaffected'];
  /** `read`: the answer is complete; `partial`: something was left out; `unread`: there is no answer. */
  readonly logs: 'read' | 'partial' | 'unread';
  /** Rows of the devices and of a sample of the unaffected, in any order and number. */
  readonly rows: readonly LogRow[];
  readonly tallies: readonly ErrorTally[];
  /** Devices of the whole hub; null: not known. */
  readonly surroundings: readonly NeighbourDevice[] | null;
  /** The surroundings are a part of a longer list. */
  readonly surroundingsCut: boolean;
  /** Names of the configured sites other than this one. */
  readonly otherSites: readonly string[];
};

/** Logs come 3 to 10 minutes late, 20 at most (docs/platform.md#delay-of-log-rows): after this a missing row is missing. */
export const logsCompleteAfterMs = 20 * 60_000;
