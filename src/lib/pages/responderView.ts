import type { FleetLine } from './siteItem.ts';

/** The responder itself. Instants are ISO 8601 in UTC. */
export type ResponderView = {
  readonly code: { readonly version: string };
  readonly rules: { readonly hash: string; readonly since: string | null; readonly controls: number };
  readonly configuration: {
    readonly source: string;
    /** Of a newer version that is refused, and of a look that had no answer. */
    readonly problems: readonly string[];
  };
  /** The site that has waited longest for a look that was due; null: none waits. */
  readonly oldestDue: { readonly place: string; readonly since: string } | null;
  readonly lastSweep: string | null;
  readonly hubs: readonly { readonly hub: string; readonly lastEvent: string }[];
  readonly fleet: Omit<FleetLine, 'newestAtMs'> | null;
};
