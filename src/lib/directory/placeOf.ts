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

type Index = {
  readonly listed: GlobIndex<Site>;
  readonly byId: ReadonlyMap<string, Site>;
  /** Places that were asked for; a site of many devices asks for all of them at each look. */
  readonly known: Map<string, Site>;
};

const mostKnown = 200_000;

/** A directory never changes, and every event and every evaluated device asks it. */
const indexes = new WeakMap<Directory, Index>();

/** The first listed site whose globs match, else the site that `sitePattern` names, else the device itself. */
export function placeOf(directory: Directory, deviceId: string): Site {
  const { known, listed } = indexOf(directory);
  const before = known.get(deviceId);
  if (before) return before;
  const site = listed(deviceId) ?? bySitePattern(directory, deviceId) ?? ownSite(deviceId);
  if (known.size >= mostKnown) known.clear();
  known.set(deviceId, site);
  return site;
}

function bySitePattern(directory: Directory, deviceId: string): Site | null {
  const named = directory.sitePattern?.exec(deviceId)?.groups?.site;
  return named ? siteById(directory, named) : null;
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
    const byId = new Map(sites.map(({ site }) => [site.id, site]));
    index = { listed: indexGlobs(globs), byId, known: new Map() };
    indexes.set(directory, index);
  }
  return index;
}

function siteOf({ id, name, timeZone }: SiteConfig): Site {
  return { kind: 'site', id, name, timeZone };
}
