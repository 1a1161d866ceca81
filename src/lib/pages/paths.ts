import type { Site } from '../directory/placeOf.ts';
import type { Rules } from '../policy/rules.ts';

/** A site as paths and parameters name it: by its id, or `~` and the device id of a device that is its own site. */
export function siteNamed(rules: Pick<Rules, 'sites'>, name: string): Pick<Site, 'kind' | 'id'> {
  if (!name.startsWith('~') || rules.sites.some(({ id }) => id === name)) return { kind: 'site', id: name };
  return { kind: 'device', id: name.slice(1) };
}

/** A device id in a path: browsers and proxies take `.` and `..` for folders. No device id has a `~`. */
export function deviceNamed(name: string): string {
  return name === '~.' || name === '~..' ? name.slice(1) : name;
}

/** How a path or parameter names a site. */
export const sitePath = ({ kind, id }: Pick<Site, 'kind' | 'id'>): string =>
  kind === 'device' ? `~${id}` : id;

export const devicePath = (deviceId: string): string =>
  deviceId === '.' || deviceId === '..' ? `~${deviceId}` : deviceId;
