import { countRows } from '../../test/support/countedRows.ts';
import { eventGridEvent, start } from '../../test/support/events.ts';
import { outageConfig } from '../../test/support/largeOutage.ts';
import { createMemoryRows } from '../../test/support/memoryRows.ts';
import { Worker } from '../../test/support/worker.ts';
import { type Figure, figure, type Part } from '../figure.ts';

const minuteMs = 60_000;
const known = 20_000;

/** A site of 20,000 devices, and an instance of which some deliveries are asked for. */
async function largeSite() {
  const rows = createMemoryRows();
  const worker = new Worker(outageConfig('site'), rows);
  const count = countRows(rows);
  const sequences = new Map<string, number>();
  const deliver = async (kind: 'Connected' | 'Disconnected', minute: number, ids: readonly string[]) => {
    const atMs = start + minute * minuteMs;
    const events = ids.map((deviceId) => {
      const sequence = (sequences.get(deviceId) ?? 0) + 1;
      sequences.set(deviceId, sequence);
      return eventGridEvent({ kind: `Device${kind}`, deviceId, atMs, sequence });
    });
    await worker.until(atMs);
    const before = { calls: count.calls + worker.messages, read: count.read };
    await worker.takes(atMs, events);
    return { calls: count.calls + worker.messages - before.calls, read: count.read - before.read };
  };
  const ids = Array.from({ length: known }, (_, index) => `oslo-${String(index).padStart(6, '0')}`);
  for (let first = 0; first < known; first += 200)
    await deliver('Connected', 0, ids.slice(first, first + 200));
  return { worker, deliver, ids };
}

export const events: Part = {
  title: 'Events of a site of 20,000 devices (in memory): calls to storage and queues, rows read',
  async measure() {
    const { worker, deliver, ids } = await largeSite();
    const figures: Figure[] = [];
    const add = (what: string, cost: { calls: number; read: number }, calls: number | null, read: number) => {
      figures.push(figure(`${what}: calls`, cost.calls, 'calls', calls));
      figures.push(figure(`${what}: read`, cost.read, 'rows', read));
    };
    add('a connect of a cached device', await deliver('Connected', 1, ids.slice(0, 1)), 1, 0);
    add('200 losses of cached devices', await deliver('Disconnected', 2, ids.slice(0, 200)), 6, 1);
    worker.restart();
    // The first event of a site at an instance costs its note among the known ones too.
    await deliver('Connected', 3, ids.slice(300, 301));
    add('a connect of a device that is not cached', await deliver('Connected', 3, ids.slice(400, 401)), 2, 1);
    add(
      '200 losses, side by side, not cached',
      await deliver('Disconnected', 20, ids.slice(600, 800)),
      6,
      201,
    );
    // Far from each other: every 200th device, 100 of them.
    const scattered = ids.filter((_, index) => index % 200 === 199);
    add('100 losses, scattered, not cached', await deliver('Disconnected', 21, scattered), null, 301);
    const again = ids.filter((_, index) => index % 200 === 99);
    add('100 more, scattered, not cached', await deliver('Disconnected', 22, again), null, 101);
    return figures;
  },
};
