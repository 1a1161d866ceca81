import type { Site } from '../directory/placeOf.ts';

/** What a cause claims is told in docs/diagnosis.md, and in `catalogue/causes.ts` to the reader. */
export const causes = [
  'siteUplink',
  'gateway',
  'provider',
  'networkPolicy',
  'device',
  'deviceSoftware',
  'plannedStop',
  'credentials',
  'identityClash',
  'administrative',
  'quota',
  'throttling',
  'cloud',
  'routine',
  'unknown',
] as const;
export type Cause = (typeof causes)[number];

export const confidences = ['low', 'medium', 'high'] as const;
export type Confidence = (typeof confidences)[number];

/** One error code over the devices of a notice. */
export type ErrorCount = {
  /** `ResultType`, always text: `404104`. */
  readonly code: string;
  readonly name: string;
  /** Log rows of this code. */
  readonly count: number;
  /** ISO 8601. */
  readonly lastSeen: string;
};

/** A further cause of the same incident, such as clocks that keep devices out after a power cut. */
export type FurtherCause = {
  readonly cause: Cause;
  readonly confidence: Confidence;
  /** How many devices of the notice it explains. */
  readonly devices: number;
  /** One or two sentences for the reader. */
  readonly summary: string;
};

/** The likely cause with its evidence, as a notice shows it. */
export type Diagnosis = {
  /** `pending`: the logs have nothing yet; `unavailable`: the logs could not be asked, see `unavailableBecause`. */
  readonly status: 'available' | 'pending' | 'unavailable';
  readonly cause: Cause;
  readonly confidence: Confidence;
  /** One or two sentences for the reader. */
  readonly summary: string;
  readonly errors: readonly ErrorCount[];
  /** Ordered, plain text, for the person on the floor first. */
  readonly steps: readonly string[];
  readonly evidence: { readonly for: readonly string[]; readonly against: readonly string[] };
  readonly unavailableBecause: string | null;
  /** Further causes; empty when one explains everything. */
  readonly also: readonly FurtherCause[];
  /** Instants of the loss from log rows, milliseconds, by `deviceKey`. */
  readonly lostAtMs: Readonly<Record<string, number>>;
};

/** A device of the notice, as far as the diagnosis needs it. */
export type DiagnosedDevice = {
  readonly deviceId: string;
  readonly moduleId: string | null;
  /** Time of the event that reported the loss, milliseconds; null: none (flapping and connected). */
  readonly lostAtMs: number | null;
  readonly flapping: boolean;
  /** Another hub at which a device of this id has connected since; absent: none is known. */
  readonly connectedTo?: string;
};

/** What to explain. */
export type DiagnosisRequest = {
  /** As the events spell it. */
  readonly hubName: string;
  readonly site: Site;
  /** The devices that are down or flapping. */
  readonly devices: readonly DiagnosedDevice[];
  /** Known devices of the site that are neither, with the same identity fields. */
  readonly unaffected: readonly { readonly deviceId: string; readonly moduleId: string | null }[];
};

/**
 * Explains incidents of any sites within a time budget, in the order of the requests; those of one hub and time by one
 * look into the logs. Never throws: trouble is a `Diagnosis` of status `unavailable`.
 */
export interface Diagnoser {
  /** Whether there are logs that can be asked. */
  readonly isSetUp: boolean;
  /** How many queries that takes; 0: there is nothing to be asked. */
  queriesFor(requests: readonly DiagnosisRequest[], nowMs: number): number;
  diagnose(
    requests: readonly DiagnosisRequest[],
    nowMs: number,
    budgetMs: number,
  ): Promise<readonly Diagnosis[]>;
}
