import { siteKeyOf } from '../../src/lib/directory/placeKey.ts';
import { siteById } from '../../src/lib/directory/placeOf.ts';
import { incidentIdOf } from '../../src/lib/incident/ids.ts';
import { configOf, osloConfig } from './configOf.ts';
import { eventGridEvent, start } from './events.ts';
import { fileOf } from './files.ts';
import { createMemoryRows } from './memoryRows.ts';
import { Worker } from './worker.ts';

const hub = 'hub-fleet-01';
const minuteMs = 60_000;

/** An instance with so many incidents that are over, of twenty sites, and one that is open. */
export async function fullHistory(past: number) {
  const rules = configOf(osloConfig);
  const rows = createMemoryRows();
  const worker = new Worker(rules, rows);
  const event = (kind: 'DeviceConnected' | 'DeviceDisconnected', minute: number, sequence: number) =>
    eventGridEvent({ kind, deviceId: 'oslo-1', atMs: start + minute * minuteMs, sequence });
  await worker.takes(start, [event('DeviceConnected', 0, 1)]);
  await worker.takes(start + minuteMs, [event('DeviceDisconnected', 1, 2)]);
  await worker.until(start + 8 * minuteMs);
  const { app } = worker;
  const pastIds: string[] = [];
  const places = Array.from({ length: 20 }, (_, n) => siteKeyOf(hub, siteById(rules, `plant${n}`)));
  for (const place of places) {
    await app.history.place(place);
    const files = Array.from({ length: Math.ceil(past / places.length) }, (_, n) => {
      const resolvedAtMs = start - (n + 1) * minuteMs;
      const incidentId = incidentIdOf(place, { kind: 'site' }, resolvedAtMs);
      pastIds.push(incidentId);
      return fileOf(['press-1'], { incidentId, status: 'resolved', resolvedAtMs });
    });
    await app.history.keep(place, files);
  }
  return { app, rows, pastIds, openIds: [...new Set(worker.heard.map(({ message }) => message.incidentId))] };
}
