import { deviceKey } from '../../device/device.ts';
import { isFailure, type LogRow } from '../logs/logRow.ts';
import { connectionsOf } from './connections.ts';
import { type DeviceStory, type Ending, tellStory } from './deviceStory.ts';
import { densestCluster, keepAliveSpreadMs, type LossCluster } from './lossCluster.ts';
import { connectedSince, type Member, memberOfNeighbour, memberOfRows, memberOfStory } from './members.ts';
import { logsCompleteAfterMs, type Observations } from './observations.ts';
import { isLostWith, isSameSite, lookAtOtherSites, type OtherSites } from './otherSites.ts';

/** What the observations amount to, in the terms that the causes are weighed in. */
export type Facts = {
  readonly observed: Observations;
  /** Rows of the devices, each once and in order. */
  readonly rows: readonly LogRow[];
  readonly stories: readonly DeviceStory[];
  /** Stories with rows about the loss. */
  readonly spoken: number;
  count(...endings: Ending[]): number;
  /** The losses that belong together; null: no time is known. */
  readonly cluster: LossCluster | null;
  /** Physical devices that fell in the cluster, those of the site that the notice does not name included. */
  readonly fallen: number;
  readonly known: number;
  /** Of the site's known devices, 0 to 1. */
  readonly siteShare: number;
  /** Devices of the site that did not fall, neither in the cluster nor at another time. */
  readonly stayed: number;
  /** Those that stayed and connected again after the losses: the site has a way out. */
  readonly stayedConnected: number;
  /** Those that stayed and said goodbye in the same minutes, and are back. */
  readonly saidGoodbyeToo: number;
  /** Those that stayed, were lost in the same minutes and are back. */
  readonly returned: number;
  /** Every device that an explanation has to account for, of this site and of the others. */
  readonly members: readonly Member[];
  readonly otherSites: OtherSites;
  /** So long ago that a row that is not there will not come. */
  readonly settled: boolean;
};

export function factsOf(observed: Observations): Facts {
  const { nowMs } = observed;
  const rows = connectionsOf(observed.rows);
  const rowsOf = rowsByIdentity(rows);
  const stories = observed.devices
    .map((device) => tellStory(device, rowsOf(device), nowMs))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const ownTimesMs = stories.flatMap(({ goneAtMs }) => goneAtMs ?? []);
  const mates = lostMates(observed, stories, densestCluster(ownTimesMs));
  const cluster = densestCluster([...ownTimesMs, ...mates.flatMap(({ lost }) => lost?.atMs ?? [])]);

  const inCluster = stories.filter(({ goneAtMs }) => isIn(goneAtMs, cluster));
  const together = mates.filter(({ lost }) => isIn(lost?.atMs ?? null, cluster));
  const fallenIds = new Set([
    ...inCluster.map(({ device }) => device.deviceId),
    ...together.map(({ deviceId }) => deviceId),
  ]);
  const allIds = new Set(
    [...observed.devices, ...mates, ...observed.unaffected].map(({ deviceId }) => deviceId),
  );
  const downIds = new Set([...fallenIds, ...stories.map(({ device }) => device.deviceId)]);
  const stayed = [
    ...new Map(
      observed.unaffected
        .filter(({ deviceId }) => !downIds.has(deviceId))
        .map((device) => [device.deviceId, device]),
    ).values(),
  ];
  const site = `${observed.site.kind} ${observed.site.id}`;
  const stayedMembers = stayed.map((device) => memberOfRows(device.deviceId, rowsOf(device), site, cluster));
  // A device and its modules are one thing that fell.
  const physical = [...new Map(inCluster.map((story) => [story.device.deviceId, story])).values()];
  const returned = stories.filter(({ backAtMs }) => backAtMs !== null).length > stories.length / 2;
  const otherSites = lookAtOtherSites(observed, cluster, { small: allIds.size <= 3, returned });
  const members = [
    ...physical.filter(fellQuietly).map((story) => memberOfStory(story, site)),
    ...together.flatMap((device) => memberOfNeighbour(device, true, cluster, false) ?? []),
    ...stayedMembers,
    ...otherSites.devices.flatMap((device) => memberOfNeighbour(device, false, cluster, returned) ?? []),
  ];
  const spoken = stories.filter(({ ending }) => ending !== 'silent');
  return {
    observed,
    rows,
    stories,
    spoken: spoken.length,
    count: (...endings) => stories.filter(({ ending }) => endings.includes(ending)).length,
    cluster,
    fallen: fallenIds.size,
    known: allIds.size,
    siteShare: allIds.size === 0 ? 0 : fallenIds.size / allIds.size,
    stayed: stayed.length,
    stayedConnected: stayedMembers.filter((member) => member.connectedSince).length,
    returned: stayed.filter((device) => fellAndReturned(rowsOf(device), cluster)).length,
    saidGoodbyeToo: stayed.filter((device) => restarted(rowsOf(device), cluster)).length,
    members,
    otherSites,
    settled: cluster !== null && nowMs - cluster.toMs > logsCompleteAfterMs,
  };
}

/** Devices of the site that are down with the others but not named in the notice, as when notices are per device. */
function lostMates(observed: Observations, stories: readonly DeviceStory[], cluster: LossCluster | null) {
  if (observed.site.kind === 'device') return [];
  const named = new Set([...stories.map(({ key }) => key), ...observed.unaffected.map(deviceKey)]);
  return (observed.surroundings ?? []).filter(
    (device) =>
      isSameSite(device.site, observed.site) && !named.has(deviceKey(device)) && isLostWith(device, cluster),
  );
}

/** The hub did not say why the connection ended: the shape of the loss has to. */
export function fellQuietly({ ending, brokeOff }: DeviceStory): boolean {
  return brokeOff || quietEndings.has(ending) || ending === 'service';
}

const quietEndings: ReadonlySet<Ending> = new Set(['lost', 'replaced', 'renewal', 'silent']);

function isIn(atMs: number | null, cluster: LossCluster | null): boolean {
  return atMs === null || cluster === null || (atMs >= cluster.fromMs && atMs <= cluster.toMs);
}

function fellAndReturned(rows: readonly LogRow[], cluster: LossCluster | null): boolean {
  return (
    cluster !== null &&
    connectedSince(rows, cluster) &&
    rows.some(
      (row) =>
        row.operation === 'disconnect' &&
        isFailure(row) &&
        row.atMs >= cluster.fromMs - keepAliveSpreadMs &&
        row.atMs <= cluster.toMs + keepAliveSpreadMs,
    )
  );
}

/** Said goodbye around the losses, and connected again. */
function restarted(rows: readonly LogRow[], cluster: LossCluster | null): boolean {
  const nearMs = 10 * 60_000;
  return (
    cluster !== null &&
    connectedSince(rows, { ...cluster, fromMs: cluster.fromMs - nearMs }) &&
    rows.some(
      ({ operation, code, error, atMs }) =>
        operation === 'disconnect' &&
        code === '' &&
        !error &&
        atMs >= cluster.fromMs - nearMs &&
        atMs <= cluster.toMs + nearMs,
    )
  );
}

/** Rows of a module are not documented to name it: without any of its own, those of its device speak for it. */
function rowsByIdentity(rows: readonly LogRow[]) {
  const byKey = Map.groupBy(rows, deviceKey);
  return (device: { deviceId: string; moduleId: string | null }): readonly LogRow[] =>
    byKey.get(deviceKey(device)) ?? byKey.get(device.deviceId) ?? [];
}
