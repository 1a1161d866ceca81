import { expect } from 'vitest';
import type { Phase } from '../../src/lib/device/device.ts';
import type { TransitionReason } from '../../src/lib/device/transition.ts';
import { configOf, osloConfig } from './configOf.ts';
import { type Arrival, applied, believedAt } from './deviceEvents.ts';

const { policy } = configOf(osloConfig);

/** A rule of the state machine: the events as they arrive, what each means, and what is believed at a moment. */
export type DeviceRow = {
  readonly rule: string;
  readonly events: readonly Arrival[];
  readonly reasons: readonly TransitionReason[];
  readonly at: string;
  readonly phase: Phase | 'deleted';
};

export function expectDeviceRow({ events, reasons, at, phase }: DeviceRow): void {
  const { device, reasons: given } = applied(events, policy);
  const now = believedAt(device, at, policy);
  expect(given).toEqual(reasons);
  expect(now.deleted ? 'deleted' : now.phase).toBe(phase);
}
