import { matchesAny } from '../directory/glob.ts';
import { type Per, type Severity, severities } from './policy.ts';
import type { Route } from './route.ts';
import type { Rules } from './rules.ts';

/** What routes are matched against: an incident as it stands. */
export type RoutedIncident = {
  readonly per: Per;
  readonly siteId: string;
  /** `device`, a device without a site, and `hub`: routes with `sites` never reach them, those with `devices` no hub. */
  readonly siteKind: 'site' | 'device' | 'hub';
  readonly hubName: string;
  /** The affected devices; one that matches is enough. */
  readonly deviceIds: readonly string[];
  /** null: whoever is reached at any severity. */
  readonly severity: Severity | null;
};

/**
 * The names of the receivers of an incident, each once, in the order of the routes. Every route that matches applies;
 * one that is `final` ends the search, even if it follows the other `per`.
 */
export function receiversFor(config: Rules, incident: RoutedIncident): string[] {
  const considered = incident.severity === null ? severities : [incident.severity];
  return [...new Set(considered.flatMap((severity) => receiversAt(config, incident, severity)))];
}

function receiversAt(config: Rules, incident: RoutedIncident, severity: Severity): readonly string[] {
  const matching = config.routes.filter((route) => isFor(route, incident, severity));
  const end = matching.findIndex((route) => route.final);
  const applied = end < 0 ? matching : matching.slice(0, end + 1);
  return applied.filter(({ per }) => per === incident.per).flatMap(({ to }) => to);
}

function isFor({ match }: Route, incident: RoutedIncident, severity: Severity): boolean {
  const { sites, devices, hubs } = match;
  const hub = incident.hubName.toLowerCase();
  return (
    (sites === null || (incident.siteKind === 'site' && sites.includes(incident.siteId))) &&
    (hubs === null || hubs.some((name) => name.toLowerCase() === hub)) &&
    (match.severity === null || match.severity.includes(severity)) &&
    (devices === null ||
      (incident.siteKind !== 'hub' && incident.deviceIds.some((deviceId) => matchesAny(devices, deviceId))))
  );
}
