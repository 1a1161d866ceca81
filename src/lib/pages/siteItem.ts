import type { Severity } from '../policy/policy.ts';

/** A site as lists show it. Instants are ISO 8601 in UTC. */
export type SiteItem = {
  readonly hub: string;
  readonly site: { readonly id: string; readonly name: string };
  readonly severity: Severity | null;
  readonly counts: {
    readonly known: number;
    readonly online: number;
    readonly offline: number;
    readonly flapping: number;
    readonly silenced: number;
  };
  readonly since: string | null;
  readonly incidents: readonly string[];
};

/** The fleet in one line: sites and their devices, and how much is wrong. Times are milliseconds. */
export type FleetLine = {
  readonly sites: number;
  readonly inTrouble: number;
  readonly devices: number;
  readonly offline: number;
  readonly flapping: number;
  readonly silenced: number;
  /** When the newest open incident began; null: none is open. */
  readonly newestAtMs: number | null;
};
