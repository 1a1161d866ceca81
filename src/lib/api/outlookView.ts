import type { LeftOut, Loss, Outlook } from '../policy/outlook.ts';
import type { Rules } from '../policy/rules.ts';

/** Who would be told of a loss and when, with what was asked. Instants are RFC 3339. */
export function outlookView({ told, notTold }: Outlook, loss: Loss, { routes }: Rules) {
  const { hub, site, deviceId, severity, cause, reason, dueAtMs } = loss;
  return {
    asked: {
      hub: hub === '' ? null : hub,
      site: site.kind === 'site' ? { id: site.id, name: site.name } : null,
      timeZone: site.timeZone,
      deviceId,
      severity,
      cause,
      reason,
      at: iso(dueAtMs),
    },
    told: told.map(({ receiver, per, atMs, why, route, step, heldBy }) => ({
      receiver,
      per,
      at: iso(atMs),
      why,
      route,
      step,
      /** What it waits for beside the time of its step; null: nothing. */
      heldBy,
      /** Whose first attempt the step is counted from; null: it is no step. */
      after: step === null ? null : (routes[route]?.to ?? []),
    })),
    notTold: notTold.map(({ receiver, route, because }) => ({
      receiver,
      route,
      because,
      /** What the route is for, where that does not fit. */
      wanted: route === null ? null : wantedBy(routes[route]?.match, because),
    })),
  };
}

export type OutlookView = ReturnType<typeof outlookView>;

function wantedBy(match: Rules['routes'][number]['match'] | undefined, because: LeftOut['because']) {
  return match && because in match ? match[because as keyof typeof match] : null;
}

const iso = (atMs: number) => new Date(atMs).toISOString();
