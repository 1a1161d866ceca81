import type { Config, HubConfig } from '../config/config.ts';
import { matchesAny } from '../config/glob.ts';

/** The place that a device belongs to. */
export type SiteRef = {
  /**
   * `device`: no configured site; the device is its own site, `id` and `name` are its device id. `hub`: a hub as a
   * whole, whose one device stands for its connections.
   */
  readonly kind: 'site' | 'device' | 'hub';
  readonly id: string;
  readonly name: string;
  /** IANA name; UTC when the site has none. */
  readonly timeZone: string;
};

/** The first configured site whose globs match, else the site that `sitePattern` names, else the device itself. */
export function siteOf(config: Config, deviceId: string): SiteRef {
  const configured = config.sites.find((site) => matchesAny(site.devices, deviceId));
  if (configured) return siteById(config, configured.id);
  const named = config.sitePattern?.exec(deviceId)?.groups?.site;
  if (named) return siteById(config, named);
  return ownSite(deviceId);
}

/** A site by its id, with the configured name and time zone if there are any. */
export function siteById(config: Config, id: string): SiteRef {
  const configured = config.sites.find((site) => site.id === id);
  return { kind: 'site', id, name: configured?.name ?? id, timeZone: configured?.timeZone ?? 'UTC' };
}

/** A device without a site; it never shares a partition with a configured site of the same id. */
export function ownSite(deviceId: string): SiteRef {
  return { kind: 'device', id: deviceId, name: deviceId, timeZone: 'UTC' };
}

/** A hub as a whole; hubs compare without case, the name is as the configuration has it. */
export function hubSite(config: Config, hubName: string): SiteRef {
  return {
    kind: 'hub',
    id: hubName.toLowerCase(),
    name: watchedHub(config, hubName)?.name ?? hubName,
    timeZone: 'UTC',
  };
}

/** The hub's entry among the `hubs` of the configuration; undefined: it is not watched. */
export function watchedHub(config: Config, hubName: string): HubConfig | undefined {
  return config.hubs.find(({ name }) => name.toLowerCase() === hubName.toLowerCase());
}
