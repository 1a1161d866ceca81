import type { DevicePolicy } from '../device/devicePolicy.ts';

export const severities = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** Whether a route follows the site as a whole or each of its devices. */
export type Per = 'site' | 'device';

/** How long to wait before believing and before telling. All times are milliseconds, shares are 0 to 1. */
export type Policy = DevicePolicy & {
  readonly groupWaitMs: number;
  readonly groupIntervalMs: number;
  readonly remindEveryMs: number;
  readonly siteDown: number;
  readonly diagnosisBudgetMs: number;
  /** null: worked out (`severityOf`). */
  readonly severity: Severity | null;
};

/** A part of the fleet that differs from the general policy; `devices` are globs, `sites` are site ids. */
export type Override = {
  readonly devices: readonly string[] | null;
  readonly sites: readonly string[] | null;
  readonly policy: Partial<Policy>;
};
