import { perOf } from '../incident/incident.ts';
import { causeNow, type RecipientsAt, recipientsOf } from '../incident/recipients.ts';
import { type Mismatch, type RouteVerdict, routerFor } from '../policy/routing.ts';
import type { Rules } from '../policy/rules.ts';
import type { Code } from './explanation.ts';

/** How each route stands to an incident, in order. Routes look at the devices that are not quiet. */
export function verdictsOf(at: RecipientsAt): readonly RouteVerdict[] {
  const { rules, hub, site, incident } = at;
  const members = [...incident.members.values()];
  const seen = members.filter(({ quiet }) => quiet === undefined);
  const router = routerFor(rules, {
    siteId: site?.id ?? hub.toLowerCase(),
    siteKind: site?.kind ?? 'hub',
    hubName: hub,
    deviceIds: (seen.length > 0 ? seen : members).map(({ deviceId }) => deviceId),
  });
  const states = seen.map(({ state }) => state);
  const reason = states.includes('down')
    ? 'outageBegan'
    : states.includes('flapping')
      ? 'flappingBegan'
      : null;
  return router({ severity: incident.severity, cause: causeNow(at), reason }, perOf(incident));
}

const codeOf: Readonly<Record<Mismatch, Code>> = {
  severity: 'severity',
  final: 'final',
  sites: 'noRoute',
  devices: 'noRoute',
  hubs: 'noRoute',
  cause: 'noRoute',
  causeNotKnownYet: 'notDue',
  reason: 'noRoute',
  per: 'noRoute',
};

export function codeOfMismatch(mismatch: Mismatch | null): Code {
  return mismatch === null ? 'route' : codeOf[mismatch];
}

/** The nearest miss comes first. */
const nearest: readonly Code[] = ['severity', 'final', 'notDue', 'noRoute'];

/** Why no route leads to a receiver, by the route that comes nearest to it; with that route. */
export function whyNotRouted(
  at: RecipientsAt,
  receiver: string,
): { readonly code: Code; readonly verdict: RouteVerdict | null } {
  const misses = verdictsOf(at)
    .filter(({ route: { to, escalate }, mismatch }) => {
      const names = to.includes(receiver) || escalate.some((step) => step.to.includes(receiver));
      return names && mismatch !== 'per';
    })
    .map((verdict) => ({ code: codeOfMismatch(verdict.mismatch), verdict }));
  // A step of a route that matches, none of whose own receivers was tried yet.
  const step = misses.find(({ code }) => code === 'route');
  if (step) return { code: 'notDue', verdict: step.verdict };
  for (const code of nearest) {
    const miss = misses.find((one) => one.code === code);
    if (miss) return miss;
  }
  return { code: 'noRoute', verdict: null };
}

/** Whether these rules would name a receiver for an incident as it stands. */
export function wouldName(rules: Rules, at: RecipientsAt, receiver: string): boolean {
  return recipientsOf({ ...at, rules }).of(receiver) !== null;
}

/** Every receiver that any route names. */
export function everyReceiver({ routes }: Rules): string[] {
  return [...new Set(routes.flatMap(({ to, escalate }) => [...to, ...escalate.flatMap((step) => step.to)]))];
}
