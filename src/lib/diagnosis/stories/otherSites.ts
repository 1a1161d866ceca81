import { familyOf } from '../catalogue/codes.ts';
import { isFailure, type LogRow } from '../logs/logRow.ts';
import { thresholds } from '../thresholds.ts';
import { keepAliveSpreadMs, type LossCluster } from './lossCluster.ts';
import type { NeighbourDevice, Observations } from './observations.ts';

/** Another site of the hub, as far as its devices have rows around the loss. */
export type OtherSite = {
  readonly name: string;
  /** Lost in the same minutes and still down, or back like the devices of the notice. */
  readonly lost: readonly NeighbourDevice[];
  /** Connected by their newest rows. */
  readonly up: readonly NeighbourDevice[];
  /** Of these, connected since the loss: the site has a way to the hub. */
  readonly connectedSince: number;
  /** Devices with faults of the service. */
  readonly service: number;
  readonly quota: number;
  readonly throttled: number;
  /** Its devices that the logs show. */
  readonly devices: readonly NeighbourDevice[];
};

/** What the rest of the hub says about the loss. */
export type OtherSites = {
  /** Sites that lost all or nearly all of their devices that the logs show. */
  readonly whole: readonly OtherSite[];
  /** Sites that lost some. */
  readonly partial: readonly OtherSite[];
  /** Sites that lost none, and have devices that are connected. */
  readonly untouched: readonly OtherSite[];
  /** Configured sites without any row. */
  readonly withoutRows: readonly string[];
  /** Sites with faults of the service. */
  readonly service: readonly OtherSite[];
  readonly quota: readonly OtherSite[];
  readonly throttled: readonly OtherSite[];
  readonly devices: readonly NeighbourDevice[];
  /** Sites that lost devices in the very seconds of the loss here. */
  readonly coincident: number;
  /** How much that surprises, in nats, given how often sites of this hub lose a device in such a time. */
  readonly surprise: number;
};

/**
 * @param look `small`: the own site has few devices, so that one lost device of another site is a whole site as well;
 * `returned`: the devices of the notice are back, so that others that are back fell with them all the same
 */
export function lookAtOtherSites(
  observed: Observations,
  cluster: LossCluster | null,
  look: { readonly small: boolean; readonly returned: boolean },
): OtherSites {
  const devices = (observed.surroundings ?? []).filter(({ site }) => !isSameSite(site, observed.site));
  const groups = Map.groupBy(devices, ({ site }) => `${site.kind} ${site.id}`);
  const sites = [...groups.values()]
    .map((group) => otherSiteOf(group, cluster, look.returned))
    .sort((a, b) => b.lost.length - a.lost.length || (a.name < b.name ? -1 : 1));
  const isWhole = ({ lost, up }: OtherSite) =>
    (lost.length >= 2 || (lost.length === 1 && look.small && up.length === 0)) &&
    lost.length / (lost.length + up.length) >= thresholds.wholeSite;
  // What is refused reaches the hub: no dead network explains it.
  const hit = sites.filter(({ lost }) => lost.length > 0 && lost.filter(isKnocking).length < lost.length / 2);
  const named = new Set(sites.map(({ name }) => name));
  return {
    whole: hit.filter(isWhole),
    partial: hit.filter((site) => !isWhole(site)),
    untouched: sites.filter(
      ({ lost, up, service, devices: own }) =>
        lost.length === 0 && up.length > 0 && service < thresholds.faultySite * own.length,
    ),
    withoutRows: observed.surroundings ? observed.otherSites.filter((name) => !named.has(name)) : [],
    service: sites.filter(({ service }) => service > 0),
    quota: sites.filter(({ quota }) => quota > 0),
    throttled: sites.filter(({ throttled }) => throttled > 0),
    devices,
    ...coincidence(devices, cluster),
  };
}

export function isSameSite(a: { kind: string; id: string }, b: { kind: string; id: string }): boolean {
  return a.kind === b.kind && a.id === b.id;
}

/** The newest row that shows a connection; a replaced connection has a newer one. null: none is known. */
export function upAtMs({ connected, replaced }: NeighbourDevice): number | null {
  if (connected === null) return replaced?.atMs ?? null;
  return replaced === null ? connected.atMs : Math.max(connected.atMs, replaced.atMs);
}

export function isDown(device: NeighbourDevice): boolean {
  const up = upAtMs(device) ?? Number.NEGATIVE_INFINITY;
  return (device.lost?.atMs ?? up) > up || (device.refused?.atMs ?? up) > up;
}

export function isUp(device: NeighbourDevice): boolean {
  return upAtMs(device) !== null && !isDown(device);
}

/** Refused since it was lost. */
function isKnocking({ lost, refused }: NeighbourDevice): boolean {
  return lost !== null && refused !== null && refused.atMs > lost.atMs;
}

/** Lost without a goodbye, and no further from the cluster than one keep-alive spread; it may be back. */
function fellWith({ lost }: NeighbourDevice, cluster: LossCluster): boolean {
  return (
    lost !== null &&
    isFailure(lost) &&
    lost.atMs >= cluster.fromMs - keepAliveSpreadMs &&
    lost.atMs <= cluster.toMs + keepAliveSpreadMs
  );
}

/** @param returned count those that are back as well */
export function isLostWith(device: NeighbourDevice, cluster: LossCluster | null, returned = false): boolean {
  return cluster !== null && (returned || isDown(device)) && fellWith(device, cluster);
}

/** Its newest row of any kind, for its traits. */
export function newestRow({ connected, lost, refused, replaced }: NeighbourDevice): LogRow | null {
  const rows = [connected, lost, refused, replaced].filter((row) => row !== null);
  return rows.reduce<LogRow | null>((a, b) => (a !== null && a.atMs >= b.atMs ? a : b), null);
}

function otherSiteOf(
  group: readonly NeighbourDevice[],
  cluster: LossCluster | null,
  returned: boolean,
): OtherSite {
  const lost = group.filter((device) => isLostWith(device, cluster, returned));
  const up = group.filter((device) => isUp(device) && !lost.includes(device));
  const having = (family: string) =>
    group.filter(({ codes, lost, refused }) =>
      codes.some((code) => familyOf(code, (refused ?? lost)?.description) === family),
    ).length;
  return {
    name: group[0]!.site.name,
    lost,
    up,
    connectedSince: up.filter((device) => cluster !== null && (upAtMs(device) ?? 0) > cluster.fromMs).length,
    service: having('service'),
    quota: having('quota'),
    throttled: having('throttled'),
    devices: group,
  };
}

/**
 * Sites that lost a device in the seconds of the loss here, and in one keep-alive spread around it, against how many would
 * by accident: the rate at which sites of this hub lose devices in the half hour around, and at least a small one.
 */
function coincidence(devices: readonly NeighbourDevice[], cluster: LossCluster | null) {
  if (cluster === null) return { coincident: 0, surprise: 0 };
  const { least, most, share, leastSites } = thresholds.coincidence;
  const spreadMs = cluster.toMs - cluster.fromMs;
  const seconds = sitesHit(devices, cluster, Math.min(Math.max(spreadMs * share, least), most));
  const minutes = sitesHit(devices, cluster, Math.max(0, (keepAliveSpreadMs - spreadMs) / 2));
  return {
    coincident: seconds.sites,
    surprise: Math.max(
      0,
      ...[seconds, minutes].filter(({ sites }) => sites >= leastSites).map(({ surprise }) => surprise),
    ),
  };
}

function sitesHit(devices: readonly NeighbourDevice[], { fromMs, toMs }: LossCluster, marginMs: number) {
  const { lookMs, strayPerDevice, leastExpected } = thresholds.coincidence;
  const near = new Set<string>();
  const around = new Set<string>();
  for (const { lost, site } of devices) {
    if (lost === null || !isFailure(lost)) continue;
    const id = `${site.kind} ${site.id}`;
    if (lost.atMs >= fromMs - marginMs && lost.atMs <= toMs + marginMs) near.add(id);
    else if (Math.abs(lost.atMs - fromMs) <= lookMs / 2) around.add(id);
  }
  const windowMs = toMs - fromMs + 2 * marginMs;
  const rate = Math.max(around.size, strayPerDevice * devices.length);
  const expected = Math.max((rate * windowMs) / lookMs, leastExpected);
  const sites = near.size;
  const surprise = sites > expected ? sites * Math.log(sites / expected) - (sites - expected) : 0;
  return { sites, surprise };
}
