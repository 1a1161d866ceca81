import type { Site } from '../directory/placeOf.ts';
import type { Per, Severity } from '../policy/policy.ts';
import { receiversFor } from '../policy/routing.ts';
import type { Rules } from '../policy/rules.ts';
import type { Routing } from './decide.ts';
import { type Incident, perOf } from './incident.ts';

/**
 * Which receivers the routes name for an incident, and how the routes stand to any one receiver.
 * @param site null: it is of the hub as a whole
 */
export function routesOf(
  rules: Rules,
  hub: string,
  site: Site | null,
  incident: Incident,
): { readonly matched: readonly string[]; readonly of: (receiver: string) => Routing } {
  const deviceIds = Array.from(incident.members.values(), ({ deviceId }) => deviceId);
  // A hub as a whole has no devices to be followed by themselves: routes of either kind mean it.
  const kinds: readonly Per[] = site === null ? ['site', 'device'] : [perOf(incident)];
  const at = (severity: Severity | null) => [
    ...new Set(
      kinds.flatMap((per) =>
        receiversFor(rules, {
          per,
          siteId: site?.id ?? hub.toLowerCase(),
          siteKind: site?.kind ?? 'hub',
          hubName: hub,
          deviceIds,
          severity,
        }),
      ),
    ),
  ];
  const matched = at(incident.severity);
  const reachable = at(null);
  const first = incident.firstSeverity ?? incident.severity;
  const atFirst = first === incident.severity ? matched : at(first);
  return {
    matched,
    of: (receiver) => ({
      matched: matched.includes(receiver),
      reachable: reachable.includes(receiver),
      matchedAtFirst: atFirst.includes(receiver),
      fallback: incident.fallbacks.find((fallback) => fallback.receiver === receiver)?.tells ?? null,
    }),
  };
}
