import type { Directory, SiteConfig } from './directory.ts';
import { type GlobIndex, indexGlobs } from './globIndex.ts';

/** The place that a device belongs to. */
export type Site = {
  /** `device`: no configured site; the device is its own site, `id` and `name` are its device id. */
  readonly kind: 'site' | 'device';
  readonly id: string;
  readonly name: string;
  /** IANA name; UTC when the site has none. */
  readonly timeZone: string;
};

type Index = { readonly listed: GlobIndex<Site>; readonly byId: ReadonlyMap<string, Site> };

/** A directory never changes, and every event and every evaluated device asks it. */
const indexes = new WeakMap<Directory, Index>();

/** The first listed site whose globs match, else the site that `sitePattern` names, else the device itself. */
export function placeOf(directory: Directory, deviceId: string): Site {
  const listed = indexOf(directory).listed(deviceId);
  if (listed) return listed;
  const named = directory.sitePattern?.exec(deviceId)?.groups?.site;
  return named ? siteById(directory, named) : ownSite(deviceId);
}

/** A site by its id, with the configured name and time zone if there are any. */
export function siteById(directory: Directory, id: string): Site {
  return indexOf(directory).byId.get(id) ?? { kind: 'site', id, name: id, timeZone: 'UTC' };
}

/** A device without a site; it never shares a partition with a configured site of the same id. */
export function ownSite(deviceId: string): Site {
  return { kind: 'device', id: deviceId, name: deviceId, timeZone: 'UTC' };
}

function indexOf(directory: Directory): Index {
  let index = indexes.get(directory);
  if (!index) {
    const sites = directory.sites.map((config) => ({ config, site: siteOf(config) }));
    const globs = sites.flatMap(({ config, site }) => config.devices.map((glob) => [glob, site] as const));
    index = { listed: indexGlobs(globs), byId: new Map(sites.map(({ site }) => [site.id, site])) };
    indexes.set(directory, index);
  }
  return index;
}

function siteOf({ id, name, timeZone }: SiteConfig): Site {
  return { kind: 'site', id, name, timeZone };
}
