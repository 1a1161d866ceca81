import type { Per, Severity } from './policy.ts';

/** null in a field of `match`: everything matches. */
export type Route = {
  readonly match: {
    readonly sites: readonly string[] | null;
    /** Globs on the device id. */
    readonly devices: readonly string[] | null;
    /** Hub names, compared without case. */
    readonly hubs: readonly string[] | null;
    readonly severity: readonly Severity[] | null;
  };
  readonly per: Per;
  readonly to: readonly string[];
  readonly final: boolean;
};
