import type { Severity } from '../policy/policy.ts';
import { receiversFor } from '../policy/routing.ts';
import type { Rules } from '../policy/rules.ts';
import type { Routing } from './decide.ts';
import type { Incident } from './incident.ts';
import type { SiteView } from './siteView.ts';

/** Which receivers the routes name for an incident, and how the routes stand to any one receiver. */
export function routesOf(
  config: Rules,
  view: Pick<SiteView, 'hub' | 'site'>,
  incident: Incident,
): { readonly matched: readonly string[]; readonly of: (receiver: string) => Routing } {
  const deviceIds = Object.values(incident.members).map((member) => member.deviceId);
  const at = (severity: Severity | null) =>
    receiversFor(config, {
      per: incident.per,
      siteId: view.site.id,
      siteKind: view.site.kind,
      hubName: view.hub,
      deviceIds,
      severity,
    });
  const matched = at(incident.severity);
  const reachable = at(null);
  const atFirst = at(incident.firstSeverity ?? incident.severity);
  return {
    matched,
    of: (receiver) => ({
      matched: matched.includes(receiver),
      reachable: reachable.includes(receiver),
      matchedAtFirst: atFirst.includes(receiver),
      standIn: incident.standIns.find((standIn) => standIn.receiver === receiver)?.tells ?? null,
    }),
  };
}
