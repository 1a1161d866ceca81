import { matchesAny } from '../directory/glob.ts';
import type { Site } from '../directory/placeOf.ts';

/** Which devices a control is for: every key that is given must fit; at least one is. null: any. */
export type ControlMatch = {
  /** Hub names, compared without case. */
  readonly hubs: readonly string[] | null;
  /** Site ids. A device without a site has none. */
  readonly sites: readonly string[] | null;
  /** Globs on the device id; a module goes with its device. */
  readonly devices: readonly string[] | null;
};

/** Whether a control reaches a place at all: a site, or a hub as a whole (null), which only its name can cover. */
export function reaches({ hubs, sites, devices }: ControlMatch, hub: string, site: Site | null): boolean {
  if (hubs !== null && !hubs.some((name) => name.toLowerCase() === hub.toLowerCase())) return false;
  if (site === null) return sites === null && devices === null;
  return sites === null || (site.kind === 'site' && sites.includes(site.id));
}

/** What a control is for, as far as somebody may see who sees only these sites (null: all); null: it reaches none of them. */
export function seenBy(match: ControlMatch, visible: ReadonlySet<string> | null): ControlMatch | null {
  if (visible === null || match.sites === null) return match;
  const sites = match.sites.filter((id) => visible.has(id));
  return sites.length === 0 ? null : { ...match, sites };
}

/** Whether a control reaches nothing but these sites (null: all there is). */
export function staysWithin({ sites }: ControlMatch, visible: ReadonlySet<string> | null): boolean {
  return visible === null || sites?.every((id) => visible.has(id)) === true;
}

/** Whether a control that reaches a place is for this device of it. */
export function coversDevice({ devices }: ControlMatch, deviceId: string): boolean {
  return devices === null || matchesAny(devices, deviceId);
}
