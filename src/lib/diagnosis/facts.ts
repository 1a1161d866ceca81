import { deviceKey } from '../device/device.ts';
import { type DeviceStory, type Ending, tellStory } from './deviceStory.ts';
import { type Elsewhere, isLostWith, isSameSite, lookElsewhere } from './elsewhere.ts';
import type { LogRow } from './logRow.ts';
import { densestCluster, type LossCluster } from './lossCluster.ts';
import { logsCompleteAfterMs, type Observations } from './observations.ts';
import { pooledSeparators, type Separator, separatorsOf, traitsOf, traitsOfStory } from './separators.ts';

/** What the observations amount to, in the terms that the rules speak. */
export type Facts = {
  readonly observed: Observations;
  readonly stories: readonly DeviceStory[];
  /** Stories with rows about the loss. */
  readonly spoken: number;
  /** Share of the spoken stories with one of these endings, 0 to 1. */
  share(...endings: Ending[]): number;
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
  readonly separators: readonly Separator[];
  /** The same over all sites of the hub, for traits that run through several of them. */
  readonly pooled: readonly Separator[];
  readonly elsewhere: Elsewhere;
  /** So long ago that a row that is not there will not come. */
  readonly settled: boolean;
};

export function factsOf(observed: Observations): Facts {
  const { nowMs } = observed;
  const rowsOf = rowsByIdentity(observed.rows);
  const stories = observed.devices.map((device) => tellStory(device, rowsOf(device), nowMs));
  const ownTimesMs = stories.flatMap(({ lostAtMs }) => lostAtMs ?? []);
  const mates = lostMates(observed, stories, densestCluster(ownTimesMs));
  const cluster = densestCluster([...ownTimesMs, ...mates.flatMap(({ lostAtMs }) => lostAtMs ?? [])]);

  const inCluster = stories.filter((story) => isIn(story.lostAtMs, cluster));
  const together = mates.filter(({ lostAtMs }) => isIn(lostAtMs, cluster));
  const fallenIds = [
    ...new Set([
      ...inCluster.map(({ device }) => device.deviceId),
      ...together.map(({ deviceId }) => deviceId),
    ]),
  ];
  const allIds = new Set(
    [...observed.devices, ...mates, ...observed.unaffected].map(({ deviceId }) => deviceId),
  );
  const fallenSet = new Set(fallenIds);
  const stayed = observed.unaffected.filter(({ deviceId }) => !fallenSet.has(deviceId));
  const stayedRows = stayed.map((device) => rowsOf(device));
  // A device and its modules are one thing that fell.
  const physical = [...new Map(inCluster.map((story) => [story.device.deviceId, story])).values()];
  const down = [...physical.map(traitsOfStory), ...together.map(({ newest }) => newest)];
  const up = stayedRows.map(traitsOf);
  const elsewhere = lookElsewhere(observed, cluster, allIds.size <= 3);
  const spokenStories = stories.filter(({ ending }) => ending !== 'silent');
  const count = (...endings: Ending[]) => stories.filter(({ ending }) => endings.includes(ending)).length;
  return {
    observed,
    stories,
    spoken: spokenStories.length,
    count,
    share: (...endings) => (spokenStories.length === 0 ? 0 : count(...endings) / spokenStories.length),
    cluster,
    fallen: fallenIds.length,
    known: allIds.size,
    siteShare: allIds.size === 0 ? 0 : fallenIds.length / allIds.size,
    stayed: stayed.length,
    stayedConnected: stayedRows.filter((rows) => connectedAfter(rows, cluster)).length,
    separators: separatorsOf(
      down,
      up,
      fallenIds,
      stayed.map(({ deviceId }) => deviceId),
    ),
    pooled: pooledSeparators(down, up, elsewhere, cluster),
    elsewhere,
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

function isIn(atMs: number | null, cluster: LossCluster | null): boolean {
  return atMs === null || cluster === null || (atMs >= cluster.fromMs && atMs <= cluster.toMs);
}

function connectedAfter(rows: readonly LogRow[], cluster: LossCluster | null): boolean {
  const newest = rows.at(-1);
  return newest?.operation === 'connect' && !newest.error && cluster !== null && newest.atMs > cluster.fromMs;
}

/** Rows of a module are not documented to name it: without any of its own, those of its device speak for it. */
function rowsByIdentity(rows: readonly LogRow[]) {
  const byKey = Map.groupBy(rows, deviceKey);
  return (device: { deviceId: string; moduleId: string | null }): readonly LogRow[] =>
    byKey.get(deviceKey(device)) ?? byKey.get(device.deviceId) ?? [];
}
