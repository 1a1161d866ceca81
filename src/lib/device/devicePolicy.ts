/** When a device counts as flapping. Shares are 0 to 1. */
export type FlappingPolicy = { readonly windowMs: number; readonly startAt: number; readonly stopAt: number };

/** How long to wait before a change of one device is believed. Milliseconds. */
export type DevicePolicy = {
  readonly offlineAfterMs: number;
  readonly recoveredAfterMs: number;
  readonly lateEventGraceMs: number;
  /** null: switched off. */
  readonly flapping: FlappingPolicy | null;
};
