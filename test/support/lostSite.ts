import type { Device } from '../../src/lib/device/device.ts';
import { transition } from '../../src/lib/device/transition.ts';
import { siteKeyOf } from '../../src/lib/directory/placeKey.ts';
import { siteById } from '../../src/lib/directory/placeOf.ts';
import { type Evaluation, evaluate } from '../../src/lib/incident/evaluate.ts';
import type { Rules } from '../../src/lib/policy/rules.ts';
import { createFleet, type SaveResult } from '../../src/lib/store/fleet.ts';
import { createHistory } from '../../src/lib/store/history.ts';
import type { RowStore, RowWrite } from '../../src/lib/store/rowStore.ts';
import { configOf } from './configOf.ts';
import { sequenceNumber, start } from './events.ts';
import { createMemoryRows, type MemoryRowsOptions } from './memoryRows.ts';
import { offsetMs } from './offsetMs.ts';

const hub = 'hub-fleet-01';

/** The partition of the site `oslo`. */
export const osloPartition = `${hub}|site|oslo`;

/** One site, one route, these receivers. */
export const configFor = (receivers: readonly string[], per: 'site' | 'device') =>
  configOf(`
sites: [{ id: oslo, devices: ["oslo-*"] }]
receivers:
${receivers.map((name) => `  ${name}: { email: { to: ["${name}@oslo.example"] } }`).join('\n')}
routes: [{ per: ${per}, to: [${receivers.join(', ')}] }]
`);

/** Rows that record what is written and read, and can die: the transaction of that number and all after it never happen. */
function mortal(rows: RowStore) {
  const reads: string[] = [];
  const read = <Result>(call: string, result: Result): Result => {
    reads.push(call);
    return result;
  };
  const self = {
    commits: [] as { partition: string; writes: readonly RowWrite[] }[],
    reads,
    diesAt: Number.POSITIVE_INFINITY,
    get: (partition: string, key: string) => read('get', rows.get(partition, key)),
    getMany: (partition: string, keys: readonly string[]) => read('getMany', rows.getMany(partition, keys)),
    range: (partition: string, from: string, to: string) => read('range', rows.range(partition, from, to)),
    page: (partition: string, from: string, to: string, limit: number) =>
      read('page', rows.page(partition, from, to, limit)),
    async commit(partition: string, writes: readonly RowWrite[]) {
      if (self.commits.length >= self.diesAt) throw new Error('the process died');
      self.commits.push({ partition, writes });
      return rows.commit(partition, writes);
    },
  };
  return self;
}

/** A device as the event of its loss, at start, leaves it. */
export function lostDevice(deviceId: string, config: Rules): Device {
  const base = {
    eventId: '',
    deviceId,
    moduleId: null,
    hubName: hub,
    hubResourceId: null,
    eventTimeMs: start,
  };
  const event = { ...base, kind: 'disconnected', sequenceNumber: sequenceNumber(1) } as const;
  return transition(null, event, config.policy, start).device;
}

export function openFleet(options: MemoryRowsOptions = {}) {
  const rows = mortal(createMemoryRows(options));
  const history = createHistory(rows);
  return { rows, history, fleet: createFleet(rows, history) };
}

/** A site whose devices were all lost at start, and what it takes to look at it. */
export async function lostSite(count: number, config: Rules, options: MemoryRowsOptions = {}) {
  const { rows, history, fleet } = openFleet(options);
  const site = siteById(config, 'oslo');
  const key = siteKeyOf(hub, site);
  const devices = Array.from({ length: count }, (_, index) => lostDevice(`oslo-${index}`, config));
  for (let from = 0; from < count; from += 100) {
    const part = devices.slice(from, from + 100).map((device) => ({ device, etag: null }));
    await fleet.saveDevices(key, part);
  }
  const load = () => fleet.loadSite(hub, site);
  const look = async (when: string): Promise<{ result: Evaluation; saved: SaveResult }> => {
    const loaded = await load();
    const result = evaluate(config, loaded.view, start + offsetMs(when));
    return { result, saved: await fleet.saveChanges(loaded, result.changes, config.version) };
  };
  /** Receivers of the notices that are on their way. */
  const pending = async () => (await load()).view.notices.map(({ receiver }) => receiver).sort();
  return { rows, history, fleet, key, look, load, pending };
}
