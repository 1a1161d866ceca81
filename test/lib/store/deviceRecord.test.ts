import { describe, expect, it } from 'vitest';
import type { Device } from '../../../src/lib/device/device.ts';
import { readDevice, writeDevice } from '../../../src/lib/store/deviceRecord.ts';
import { rowKeys } from '../../../src/lib/store/keys.ts';
import { configOf, osloConfig } from '../../support/configOf.ts';
import { applied, created, deleted, down, up } from '../../support/deviceEvents.ts';
import { sequenceNumber } from '../../support/events.ts';

const { policy } = configOf(osloConfig);
const rowOf = (device: Device, data: string) => ({ key: rowKeys.device(device), data, etag: 'v1' });

const devices = [
  { what: 'was lost', device: applied([up(1, '0s'), down(2, '1m')], policy).device },
  {
    what: 'flaps',
    device: applied(
      [1, 3, 5, 7].flatMap((n) => [down(n, `${n}m`), up(n + 1, `${n + 1}m`)]),
      policy,
    ).device,
  },
  {
    what: 'is a tombstone that held a loss back',
    device: applied([up(1, '0s'), deleted('1m'), down(2, '1m10s')], policy).device,
  },
  { what: 'was made and never seen', device: applied([created('0s')], policy).device },
  {
    what: 'has the highest mark',
    device: { ...applied([up(1, '0s')], policy).device, mark: 'f'.repeat(64) },
  },
  { what: 'has a mark of zero', device: { ...applied([up(1, '0s')], policy).device, mark: '0'.repeat(64) } },
];

it.each(devices)('a device that $what is read back as it was written', ({ device }) => {
  expect(readDevice(rowOf(device, writeDevice(device)))).toEqual(device);
});

it.each(['constructor', '__proto__', 'a#b?c|d', "x'y", 'ø🏭'])(
  'a device called %s too, and its module',
  (deviceId) => {
    for (const moduleId of [null, 'agent']) {
      const device = { ...devices[0]!.device, deviceId, moduleId };
      expect(readDevice(rowOf(device, writeDevice(device)))).toEqual(device);
    }
  },
);

describe('a row of the version before', () => {
  const { device } = devices[0]!;

  it('with history as objects, a mark of full length and no v is brought up to date', () => {
    expect(device.history.length).toBeGreaterThan(0);
    expect(device.mark).toBe(sequenceNumber(2));
    expect(readDevice(rowOf(device, JSON.stringify(device)))).toEqual(device);
  });

  it('with a held-back loss as an object keeps it', () => {
    const tombstone = devices[2]!.device;
    expect(tombstone.heldBack).not.toBeNull();
    expect(readDevice(rowOf(tombstone, JSON.stringify(tombstone)))).toEqual(tombstone);
  });

  it.each([
    { field: 'heldBack', means: null },
    { field: 'history', means: [] },
    { field: 'mark', means: null },
    { field: 'hubResourceId', means: null },
    { field: 'flapping', means: false },
    { field: 'deleted', means: false },
    { field: 'lostAtMs', means: null },
    { field: 'createdAtMs', means: 0 },
    { field: 'deletedAtMs', means: 0 },
    { field: 'seenAtMs', means: 0 },
  ])('without $field is read, with what it means', ({ field, means }) => {
    const { [field]: _, ...rest } = JSON.parse(writeDevice(device));
    expect(readDevice(rowOf(device, JSON.stringify(rest)))).toEqual({ ...device, [field]: means });
  });
});

it.each([
  '',
  '{',
  'null',
  '7',
  '[]',
  '{}',
  '{"deviceId":"pump-1","moduleId":null}',
  '{"deviceId":"pump-1","moduleId":null,"phase":"lost"}',
])('a row of %j cannot be read', (data) => {
  expect(readDevice({ key: 'd|pump-1', data, etag: 'v1' })).toBeNull();
});

it('a row under the key of another device cannot be read', () => {
  const { device } = devices[0]!;
  expect(readDevice({ key: 'd|pump-2', data: writeDevice(device), etag: 'v1' })).toBeNull();
});
