import { expect, it } from 'vitest';
import { World } from '../../simulation/world.ts';
import { configOf, osloConfig } from '../../support/configOf.ts';
import { eventGridEvent, type RawKind, start } from '../../support/events.ts';

const event = (kind: RawKind, deviceId: string, sequence: number) =>
  eventGridEvent({ kind, deviceId, atMs: start + sequence * 1_000, sequence });

it('takes late copies of events of devices that are partly cached', async () => {
  const world = new World({ config: configOf(osloConfig), startMs: start });
  const late = (deviceId: string) => event('DeviceDisconnected', deviceId, 2);
  const devices = ['oslo-1', 'oslo-2', 'oslo-3'];
  const blip = (deviceId: string) => [late(deviceId), event('DeviceConnected', deviceId, 3)];
  world.post(start + 10_000, devices.flatMap(blip));
  await world.run(start + 20_000);
  // A new instance caches two of the three before late copies for all three arrive together.
  world.restart(world.config);
  world.post(start + 30_000, ['oslo-1', 'oslo-2'].map(late));
  world.post(start + 40_000, devices.map(late));
  await world.run(start + 50_000);
  expect(world.errors).toEqual([]);
});
