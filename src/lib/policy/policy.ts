import type { DevicePolicy } from '../device/devicePolicy.ts';
import type { Values } from '../fields/fieldTable.ts';
import type { policyFields } from './policyFields.ts';

export { type Severity, severities } from './severity.ts';

/** Whether a route follows the site as a whole or each of its devices. */
export type Per = 'site' | 'device';

/**
 * How long to wait before believing and before telling: the fields of `policyFields`. All times are milliseconds, shares
 * are 0 to 1. `severity` null: worked out (`severityOf`).
 */
export type Policy = DevicePolicy & Values<typeof policyFields>;

/** A part of the fleet that differs from the general policy; `devices` are globs, `sites` are site ids. */
export type Override = {
  readonly devices: readonly string[] | null;
  readonly sites: readonly string[] | null;
  readonly policy: Partial<Policy>;
};
