import { expect, it } from 'vitest';
import { sweep } from '../../src/lib/app/sweep.ts';
import { silentLog } from '../../src/lib/telemetry/log.ts';
import { configOf } from '../support/configOf.ts';
import { countRows, type RowCount } from '../support/countedRows.ts';
import { eventGridEvent, start } from '../support/events.ts';
import { offsetMs } from '../support/offsetMs.ts';
import { Story } from '../support/story.ts';

const config = (per: 'site' | 'device') =>
  configOf(`
sites: [{ id: oslo, devices: ["oslo-*"] }]
receivers: { operators: { email: { to: ["ops@oslo.example"] } } }
routes: [{ per: ${per}, to: [operators] }]
`);

const mostInDelivery = 200;

/** Rows for each device, from the loss to the moment when everybody has been told; known devices are in no cache. */
async function costOfOutage(per: 'site' | 'device', devices: number): Promise<RowCount> {
  const ids = Array.from({ length: devices }, (_, index) => `oslo-${String(index).padStart(5, '0')}`);
  const story = new Story(config(per));
  const deliver = (kind: 'DeviceConnected' | 'DeviceDisconnected', at: string, sequence: number) => {
    for (let first = 0; first < devices; first += mostInDelivery) {
      const events = ids
        .slice(first, first + mostInDelivery)
        .map((deviceId) => eventGridEvent({ kind, deviceId, atMs: start + offsetMs(at), sequence }));
      story.receives(at, ...events);
    }
  };
  deliver('DeviceConnected', '2s', 1);
  await story.until('9m');
  // The sweep has seen this configuration before; the instance that takes the loss has seen no device.
  await sweep(story.world.app, story.world.nowMs, silentLog);
  story.world.restart(story.world.config);
  const count = countRows(story.world.rows);
  deliver('DeviceDisconnected', '10m', 2);
  await story.until('15m40s');
  expect(story.told('operators')).toHaveLength(per === 'site' ? 1 : devices);
  return { calls: count.calls, read: count.read / devices, written: count.written / devices };
}

it.each(['site', 'device'] as const)(
  'tells an outage per %s for rows in proportion to its devices',
  async (per) => {
    const small = await costOfOutage(per, 100);
    const large = await costOfOutage(per, 1_000);
    for (const cost of [small, large]) {
      expect(cost.read).toBeLessThanOrEqual(12);
      expect(cost.written).toBeLessThanOrEqual(6);
    }
    expect(large.read / small.read).toBeLessThanOrEqual(1.3);
    expect(large.written / small.written).toBeLessThanOrEqual(1.3);
  },
  60_000,
);
