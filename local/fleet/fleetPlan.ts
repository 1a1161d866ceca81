/** How a synthetic fleet is laid out. */
export type FleetPlan = {
  readonly hub: string;
  /** Devices of each site; the first one is large. */
  readonly sites: readonly number[];
  /** Of each of the last sites so many are in trouble: half of their devices are gone. */
  readonly inTrouble: number;
};

const largest = 10_000;

/** Devices spread over sites: one large site, the others alike. */
export function planFleet(hub: string, sites: number, devices: number, inTrouble: number): FleetPlan {
  const first = sites === 1 ? devices : Math.min(largest, Math.ceil(devices / 10));
  const others = Math.max(0, sites - 1);
  const each = others === 0 ? 0 : Math.floor((devices - first) / others);
  const left = devices - first - each * others;
  const counts = Array.from({ length: others }, (_, index) => each + (index < left ? 1 : 0));
  return { hub, sites: [first, ...counts], inTrouble: Math.min(inTrouble, others) };
}

/** `s0001`, as a configuration with `sitePattern: "^(?<site>[a-z0-9]+)-"` has it. */
export const siteIdOf = (index: number): string => `s${String(index + 1).padStart(4, '0')}`;

export const deviceIdOf = (site: number, index: number): string =>
  `${siteIdOf(site)}-device-${String(index + 1).padStart(5, '0')}`;
