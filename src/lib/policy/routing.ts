import { type Cause, causes } from '../diagnosis/diagnosis.ts';
import { matchesAny } from '../directory/glob.ts';
import { type Per, type Severity, severities } from './policy.ts';
import { type Route, type RouteReason, routeReasons } from './route.ts';
import type { Rules } from './rules.ts';

/** Where an incident is, and which of its devices routes may look at. */
export type RoutedPlace = {
  readonly siteId: string;
  /** `device`, a device without a site, and `hub`: routes with `sites` never reach them, those with `devices` no hub. */
  readonly siteKind: 'site' | 'device' | 'hub';
  readonly hubName: string;
  /** The affected devices; one that matches is enough. */
  readonly deviceIds: readonly string[];
};

/** What else routes are compared with: an incident as it stands. */
export type RoutedState = {
  readonly severity: Severity;
  /** `notKnownYet`: no route that names causes decides. */
  readonly cause: Cause | 'notKnownYet';
  /** null: nothing that could be told is wrong. */
  readonly reason: RouteReason | null;
};

/** What routes are matched against. */
export type RoutedIncident = RoutedPlace & {
  readonly per: Per;
  /** null: whoever is reached at any severity. */
  readonly severity: Severity | null;
  /** Absent: whoever is reached with any. */
  readonly cause?: RoutedState['cause'];
  readonly reason?: RoutedState['reason'];
};

/** Which key of a route's `match` does not fit; `per`: it follows the other kind; `final`: an earlier one ended the search. */
export type Mismatch = keyof Route['match'] | 'causeNotKnownYet' | 'per' | 'final';

/** How a route stands to an incident. */
export type RouteVerdict = {
  /** Its place among the rules' routes. */
  readonly index: number;
  readonly route: Route;
  /** null: it matches. */
  readonly mismatch: Mismatch | null;
};

/** Every route, in order, with what keeps it from an incident of that kind in that state. */
export type Router = (state: RoutedState, per: Per | 'either') => readonly RouteVerdict[];

/**
 * Compares all routes with one place. Every route that matches applies; one that is `final` ends the search, even if it
 * follows the other `per`.
 */
export function routerFor(rules: Pick<Rules, 'routes'>, place: RoutedPlace): Router {
  const placed = rules.routes.map((route) => placeMismatch(route, place));
  return (state, per) => {
    let ended = false;
    return rules.routes.map((route, index) => {
      const own = placed[index] ?? stateMismatch(route, state);
      const before = ended;
      ended ||= own === null && route.final;
      const ofOther = per !== 'either' && route.per !== per ? 'per' : null;
      return { index, route, mismatch: own ?? (before ? 'final' : ofOther) };
    });
  };
}

function placeMismatch({ match }: Route, place: RoutedPlace): Mismatch | null {
  const { sites, devices, hubs } = match;
  const hub = place.hubName.toLowerCase();
  if (hubs !== null && !hubs.some((name) => name.toLowerCase() === hub)) return 'hubs';
  if (sites !== null && !(place.siteKind === 'site' && sites.includes(place.siteId))) return 'sites';
  if (devices === null) return null;
  const any = place.siteKind !== 'hub' && place.deviceIds.some((deviceId) => matchesAny(devices, deviceId));
  return any ? null : 'devices';
}

function stateMismatch({ match }: Route, { severity, cause, reason }: RoutedState): Mismatch | null {
  if (match.severity !== null && !match.severity.includes(severity)) return 'severity';
  if (match.reason !== null && (reason === null || !match.reason.includes(reason))) return 'reason';
  if (match.cause === null) return null;
  if (cause === 'notKnownYet') return 'causeNotKnownYet';
  return match.cause.includes(cause) ? null : 'cause';
}

/** Whether what is likely to be the cause decides about any route. */
export function routesByCause({ routes }: Pick<Rules, 'routes'>): boolean {
  return routes.some(({ match }) => match.cause !== null);
}

/** Every state that these routes tell apart. */
export function statesOf({ routes }: Pick<Rules, 'routes'>): RoutedState[] {
  const named = new Set(routes.flatMap(({ match }) => match.cause ?? []));
  const other = causes.find((cause) => !named.has(cause));
  const knownCauses: RoutedState['cause'][] = [...named, ...(other ? [other] : []), 'notKnownYet'];
  const anyReason = routes.some(({ match }) => match.reason !== null);
  const reasons: RoutedState['reason'][] = anyReason ? [...routeReasons] : ['outageBegan'];
  const anyCause = named.size > 0 ? knownCauses : (['notKnownYet'] as const);
  return severities.flatMap((severity) =>
    anyCause.flatMap((cause) => reasons.map((reason) => ({ severity, cause, reason }))),
  );
}

/**
 * The names of the routes' own receivers of an incident, each once, in the order of the routes; those of later steps are
 * not among them.
 */
export function receiversFor(rules: Rules, incident: RoutedIncident): string[] {
  const router = routerFor(rules, incident);
  const { per, severity, cause, reason } = incident;
  const considered = statesOf(rules).filter((state) => severity === null || state.severity === severity);
  const states = considered.map((state) => ({
    ...state,
    ...(cause === undefined ? {} : { cause }),
    ...(reason === undefined ? {} : { reason }),
  }));
  const names = states.flatMap((state) =>
    router(state, per).flatMap(({ route, mismatch }) => (mismatch === null ? route.to : [])),
  );
  return [...new Set(names)];
}
