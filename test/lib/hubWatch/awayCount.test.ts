import { expect, it } from 'vitest';
import type { Device } from '../../../src/lib/device/device.ts';
import { awayCount } from '../../../src/lib/hubWatch/awayCount.ts';
import { configOf, osloConfig } from '../../support/configOf.ts';
import { applied, deleted, down, up } from '../../support/deviceEvents.ts';

const { policy } = configOf(osloConfig);

const device = (deviceId: string, arrivals: Parameters<typeof applied>[0], moduleId: string | null = null) =>
  ({ ...applied(arrivals, policy).device, deviceId, moduleId }) satisfies Device;

const connected = [up(1, '0s')];
const lost = [up(1, '0s'), down(2, '1m')];
const returned = [...lost, up(3, '30m')];
const removed = [up(1, '0s'), deleted('1m')];

it.each([
  ['a connected device is not gone', [device('a', connected)], 0],
  ['a disconnected one is, before its hold is over too', [device('a', lost)], 1],
  ['one that connected again is not', [device('a', returned)], 0],
  ['a deleted one is', [device('a', removed)], 1],
  ['a device whose modules are all gone is one', [device('a', lost, 'x'), device('a', lost, 'y')], 1],
  ['a device with a connected module is not gone', [device('a', lost, 'x'), device('a', connected, 'y')], 0],
])('%s', (_, devices, count) => {
  expect(awayCount(devices)).toBe(count);
});
