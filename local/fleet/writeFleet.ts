import type { Device } from '../../src/lib/device/device.ts';
import { formatPlaceKey, type SiteKey, siteKeyOf } from '../../src/lib/directory/placeKey.ts';
import { createFleet } from '../../src/lib/store/fleet.ts';
import { createHistory } from '../../src/lib/store/history.ts';
import { createHubsSeen } from '../../src/lib/store/hubsSeen.ts';
import { createKnownSites } from '../../src/lib/store/knownSites.ts';
import { type RowStore, transactionLimit } from '../../src/lib/store/rowStore.ts';
import { createSiteList } from '../../src/lib/store/siteList.ts';
import { deviceIdOf, type FleetPlan, siteIdOf } from './fleetPlan.ts';

const sitesAtOnce = 12;
const reportEveryMs = 10_000;
const dayMs = 86_400_000;

/**
 * Writes the rows of a fleet as if its devices had connected a day ago, without the events. Sites in trouble lost half of
 * their devices an hour ago and are noted as due: the running app evaluates them, and tells whom the configuration names.
 *
 * @param log a line now and then
 */
export async function writeFleet(
  rows: RowStore,
  plan: FleetPlan,
  nowMs: number,
  log: (line: string) => void,
): Promise<void> {
  const fleet = createFleet(rows, createHistory(rows));
  const known = createKnownSites(rows);
  const list = createSiteList(rows);
  const startedMs = performance.now();
  let [written, reportedMs] = [0, startedMs];
  await createHubsSeen(rows).note({ hubName: plan.hub, lastEventAtMs: nowMs });
  const sites = plan.sites.entries();
  const lane = async () => {
    for (const [index, count] of sites) {
      const key = siteKeyOf(plan.hub, { kind: 'site', id: siteIdOf(index) });
      const isDown = index >= plan.sites.length - plan.inTrouble;
      await known.note(key);
      if (isDown) await list.touch(key, nowMs, nowMs);
      for (let start = 0; start < count; start += transactionLimit) {
        const devices = Array.from({ length: Math.min(transactionLimit, count - start) }, (_, n) => ({
          device: deviceAt(plan.hub, deviceIdOf(index, start + n), isDown && (start + n) % 2 === 0, nowMs),
          etag: null,
        }));
        if ((await fleet.saveDevices(key, devices)) === null)
          throw new Error(`devices of ${formatPlaceKey(key)} are there already`);
        written += devices.length;
      }
      if (!isDown) await writeCard(list, plan.hub, key, count, nowMs);
      if (performance.now() - reportedMs < reportEveryMs) continue;
      reportedMs = performance.now();
      log(`${written} devices after ${seconds(startedMs)} s`);
    }
  };
  await Promise.all(Array.from({ length: sitesAtOnce }, lane));
  log(`${written} devices of ${plan.sites.length} sites in ${seconds(startedMs)} s`);
}

const seconds = (sinceMs: number) => Math.round((performance.now() - sinceMs) / 1000);

/** What an evaluation would leave of a site that is well. */
async function writeCard(
  list: ReturnType<typeof createSiteList>,
  hubName: string,
  key: SiteKey,
  known: number,
  nowMs: number,
): Promise<void> {
  const numbers = { known, offline: 0, flapping: 0, silenced: 0, sinceMs: null, modules: false };
  const card = { place: key, hubName, name: key.id, ...numbers, incidents: [], open: 0 };
  await list.save(key, await list.read(key), null, [], nowMs, card);
}

function deviceAt(hubName: string, deviceId: string, isDown: boolean, nowMs: number): Device {
  const connectedAtMs = nowMs - dayMs;
  const lostAtMs = nowMs - dayMs / 24;
  const mark = (n: number) => String(n).padStart(64, '0');
  const up = { sequenceNumber: mark(1), atMs: connectedAtMs, connected: true };
  const device: Device = {
    deviceId,
    moduleId: null,
    hubName,
    hubResourceId: null,
    phase: 'online',
    sinceMs: connectedAtMs,
    eventTimeMs: connectedAtMs,
    receivedAtMs: connectedAtMs,
    offlineAtMs: null,
    lostAtMs: null,
    flapping: false,
    mark: mark(1),
    markTimeMs: connectedAtMs,
    history: [up],
    connectedAtMs,
    createdAtMs: 0,
    deletedAtMs: 0,
    deleted: false,
    heldBack: null,
    seenAtMs: connectedAtMs,
  };
  if (!isDown) return device;
  return {
    ...device,
    phase: 'suspect',
    sinceMs: lostAtMs,
    eventTimeMs: lostAtMs,
    receivedAtMs: lostAtMs,
    lostAtMs,
    mark: mark(2),
    markTimeMs: lostAtMs,
    history: [up, { sequenceNumber: mark(2), atMs: lostAtMs, connected: false }],
    seenAtMs: lostAtMs,
  };
}
