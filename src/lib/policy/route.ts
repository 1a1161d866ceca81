import type { TimeInterval } from '../control/timeInterval.ts';
import type { Cause } from '../diagnosis/diagnosis.ts';
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
    /** Compared once the logs have answered, or `diagnosisBudget` is over. */
    readonly cause: readonly Cause[] | null;
    /** `outageBegan`: a device is offline; `flappingBegan`: all that is wrong is flapping. */
    readonly reason: readonly RouteReason[] | null;
  };
  readonly per: Per;
  readonly to: readonly string[];
  readonly final: boolean;
  /** In place of the policy's; null: as the policy has it. */
  readonly remindEveryMs: number | null;
  /** It begins nothing while one of `muteDuring` runs, or none of `activeDuring` does. null: no such times. */
  readonly mute: {
    readonly during: readonly TimeInterval[] | null;
    readonly unless: readonly TimeInterval[] | null;
    /** From this severity on it is told all the same; null: at none. */
    readonly below: Severity | null;
  } | null;
  /** Who else is told when it goes on, in the order of their times. */
  readonly escalate: readonly EscalationStep[];
};

export const routeReasons = ['outageBegan', 'flappingBegan'] as const;
export type RouteReason = (typeof routeReasons)[number];

/** Counted from the first attempt to tell one of the route's own receivers. Milliseconds. */
export type EscalationStep = { readonly afterMs: number; readonly to: readonly string[] };
