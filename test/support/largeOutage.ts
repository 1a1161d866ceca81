import type { Rules } from '../../src/lib/policy/rules.ts';
import type { RowStore } from '../../src/lib/store/rowStore.ts';
import { configOf } from './configOf.ts';
import { countRows, type RowCount } from './countedRows.ts';
import { eventGridEvent, start } from './events.ts';
import { offsetMs } from './offsetMs.ts';
import { Worker } from './worker.ts';

/** Event Grid's largest delivery here. */
const mostInDelivery = 200;

export type OutagePhase = 'began' | 'changed' | 'ended';

/** Calls of a phase, and rows for each device of the site; what was told, each kind once. */
export type PhaseCost = RowCount & {
  readonly phase: OutagePhase;
  readonly told: readonly string[];
  readonly notices: number;
};

export function outageConfig(per: 'site' | 'device'): Rules {
  return configOf(`
sites: [{ id: oslo, devices: ["oslo-*"] }]
receivers: { operators: { email: { to: ["ops@oslo.example"] } } }
routes: [{ per: ${per}, to: [operators] }]
`);
}

/**
 * An outage of a site: nine of ten devices fall; after ten minutes the others fall too and every third of the first is
 * back; at last all are back. The instance that takes the loss has seen no device.
 *
 * @param rows may be in memory or in a table
 */
export async function* largeOutage(
  per: 'site' | 'device',
  devices: number,
  rows: RowStore,
): AsyncGenerator<PhaseCost> {
  const ids = Array.from({ length: devices }, (_, index) => `oslo-${String(index).padStart(6, '0')}`);
  const first = ids.slice(0, Math.ceil(devices * 0.9));
  const worker = new Worker(outageConfig(per), rows);
  const all = async (kind: 'Connected' | 'Disconnected', which: readonly string[], at: string, n: number) => {
    const atMs = start + offsetMs(at);
    for (let from = 0; from < which.length; from += mostInDelivery) {
      const events = which
        .slice(from, from + mostInDelivery)
        .map((deviceId) => eventGridEvent({ kind: `Device${kind}`, deviceId, atMs, sequence: n }));
      await worker.takes(atMs, events);
    }
  };
  const count = countRows(rows);
  const until = async (phase: OutagePhase, at: string): Promise<PhaseCost> => {
    await worker.until(start + offsetMs(at));
    const cost = { calls: count.calls, read: count.read / devices, written: count.written / devices };
    const told = [...new Set(worker.heard.map(({ message }) => `${message.type} ${message.reason}`))];
    const notices = worker.heard.length;
    Object.assign(count, { calls: 0, read: 0, written: 0 });
    worker.heard.length = 0;
    return { phase, ...cost, told, notices };
  };
  await all('Connected', ids, '2s', 1);
  await worker.until(start + offsetMs('9m'));
  worker.restart();
  Object.assign(count, { calls: 0, read: 0, written: 0 });
  await all('Disconnected', first, '10m', 2);
  yield await until('began', '15m40s');
  const back = first.filter((_, index) => index % 3 === 0);
  await all('Connected', back, '20m', 3);
  await all('Disconnected', ids.slice(first.length), '20m', 2);
  yield await until('changed', '31m');
  await all('Connected', ids, '32m', 4);
  yield await until('ended', '36m');
}
