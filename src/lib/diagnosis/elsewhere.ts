import { familyOf } from './catalogue/codes.ts';
import { isFailure } from './logRow.ts';
import { keepAliveSpreadMs, type LossCluster } from './lossCluster.ts';
import type { NeighbourDevice, Observations } from './observations.ts';

/** Another site of the hub, as far as its devices have rows around the loss. */
export type OtherSite = {
  readonly name: string;
  /** Lost in the same minutes and still down. */
  readonly lost: number;
  /** Connected by their newest row. */
  readonly healthy: number;
  readonly service: number;
  readonly quota: number;
  readonly lostAtMs: readonly number[];
  /** Its devices that the logs show. */
  readonly devices: readonly NeighbourDevice[];
};

/** What the rest of the hub says about the loss. */
export type Elsewhere = {
  /** Sites that lost all or nearly all of their devices that the logs show. */
  readonly whole: readonly OtherSite[];
  readonly partial: readonly OtherSite[];
  /** Sites whose rows show no such loss. */
  readonly untouched: readonly OtherSite[];
  /** Configured sites without any row. */
  readonly withoutRows: readonly string[];
  /** Sites with faults of the service. */
  readonly service: readonly OtherSite[];
  readonly quota: readonly OtherSite[];
  readonly devices: readonly NeighbourDevice[];
};

const wholeShare = 0.8;

/** @param small the own site has few devices, so that one lost device of another site counts as well */
export function lookElsewhere(
  observed: Observations,
  cluster: LossCluster | null,
  small: boolean,
): Elsewhere {
  const devices = (observed.surroundings ?? []).filter(({ site }) => !isSameSite(site, observed.site));
  const groups = Map.groupBy(devices, ({ site }) => `${site.kind} ${site.id}`);
  const sites = [...groups.values()].map((group) => siteOf(group, cluster));
  const isHit = ({ lost, healthy }: OtherSite) => lost >= 2 || (lost === 1 && small && healthy === 0);
  const isWhole = ({ lost, healthy }: OtherSite) => lost / (lost + healthy) >= wholeShare;
  const hit = sites.filter(isHit);
  const named = new Set(sites.map(({ name }) => name));
  return {
    whole: hit.filter(isWhole),
    partial: hit.filter((site) => !isWhole(site)),
    untouched: sites.filter(
      (site) => !isHit(site) && site.healthy > 0 && site.service < 0.3 * site.devices.length,
    ),
    withoutRows: observed.surroundings ? observed.otherSites.filter((name) => !named.has(name)) : [],
    service: sites.filter(({ service }) => service > 0),
    quota: sites.filter(({ quota }) => quota > 0),
    devices,
  };
}

export function isSameSite(a: { kind: string; id: string }, b: { kind: string; id: string }): boolean {
  return a.kind === b.kind && a.id === b.id;
}

export function isDown({ newest }: NeighbourDevice): boolean {
  return newest.operation !== 'connect' || isFailure(newest);
}

/** Down, without a goodbye, and lost no further from the cluster than one keep-alive spread. */
export function isLostWith(device: NeighbourDevice, cluster: LossCluster | null): boolean {
  if (cluster === null || !isDown(device) || !isFailure(device.newest)) return false;
  const lostAtMs = device.lostAtMs ?? device.newest.atMs;
  return lostAtMs >= cluster.fromMs - keepAliveSpreadMs && lostAtMs <= cluster.toMs + keepAliveSpreadMs;
}

function siteOf(group: readonly NeighbourDevice[], cluster: LossCluster | null): OtherSite {
  const lost = group.filter((device) => isLostWith(device, cluster));
  const having = (family: string) =>
    group.filter(({ codes, newest }) => codes.some((code) => familyOf(code, newest.description) === family))
      .length;
  return {
    name: group[0]!.site.name,
    lost: lost.length,
    healthy: group.filter((device) => !isDown(device)).length,
    service: having('service'),
    quota: having('quota'),
    lostAtMs: lost.flatMap(({ lostAtMs }) => lostAtMs ?? []),
    devices: group,
  };
}
