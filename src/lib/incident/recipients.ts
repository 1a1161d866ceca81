import type { Cause } from '../diagnosis/diagnosis.ts';
import type { Site } from '../directory/placeOf.ts';
import { muteEndsAt } from '../policy/muteTimes.ts';
import type { Per, Policy } from '../policy/policy.ts';
import type { Route } from '../policy/route.ts';
import {
  type RoutedPlace,
  type RoutedState,
  type Router,
  type RouteVerdict,
  routerFor,
  routesByCause,
  statesOf,
} from '../policy/routing.ts';
import type { Rules } from '../policy/rules.ts';
import { fits } from './diagnosisFit.ts';
import { type DiagnosisRecord, type Incident, type Member, perOf, type Told } from './incident.ts';
import { isQuiet, openAt } from './quietMembers.ts';
import { isWorse } from './rank.ts';

/** A receiver of one incident, and why it is one. Times are milliseconds. */
export type Recipient = {
  readonly receiver: string;
  /**
   * - `route`: a route names it;
   * - `escalation`: a step of a route does, from `fromMs` on;
   * - `fallback`: it stands in for one that could not be told;
   * - `toldBefore`: no route names it as the incident stands, but one would if it stood otherwise.
   */
  readonly why: 'route' | 'escalation' | 'fallback' | 'toldBefore';
  /** The route, by its place among the rules' routes; null: of a fallback, or of one that was told before. */
  readonly route: number | null;
  /** Of an escalation: which of the route's steps; else null. */
  readonly step: number | null;
  /** From when on it is told: of an escalation, when its step is due. 0: at once. */
  readonly fromMs: number;
  /** What made the route match: that it began, a rise in severity since, or a cause that became known since. */
  readonly since: 'beginning' | 'severity' | 'cause';
  /** Of a fallback: whether it is told of the outage, or of its end alone; else null. */
  readonly tells: 'outage' | 'end' | null;
  /** Nothing begins for it until then, by the mute times of that route; null: it is not mute. */
  readonly mute: { readonly untilMs: number; readonly route: number } | null;
  readonly remindEveryMs: number;
};

/** What recipients are worked out from. */
export type RecipientsAt = {
  readonly rules: Rules;
  readonly hub: string;
  /** null: the incident is of the hub as a whole. */
  readonly site: Site | null;
  readonly policy: Policy;
  readonly nowMs: number;
  readonly incident: Incident;
  readonly told: readonly Told[];
  readonly diagnosis: DiagnosisRecord | null;
};

export type Recipients = {
  /** Whom a matching route, one of its steps or a fallback names, in the order of the routes. */
  readonly named: readonly string[];
  /** A route waits for another cause than the one that is known, or for the first one. */
  readonly waitsForCause: boolean;
  of(receiver: string): Recipient | null;
};

/** One way in which the routes lead to a receiver. */
type Way = {
  readonly route: number;
  readonly step: number | null;
  readonly fromMs: number;
  readonly mute: Recipient['mute'];
  readonly remindEveryMs: number | null;
};

/** Who is to be told of an incident as it stands, and why. Routes look at members alone that are not quiet. */
export function recipientsOf(at: RecipientsAt): Recipients {
  const { rules, incident, nowMs, policy } = at;
  const router = routerFor(
    rules,
    placeOf(at, (member) => !isQuiet(member)),
  );
  const kind: Per | 'either' = at.site === null ? 'either' : perOf(incident);
  const state = stateOf(at);
  const verdicts = router(state, kind);
  const ways = waysBy(at, verdicts);
  const { firstSeverity, firstCause } = incident;
  const rose = firstSeverity !== null && isWorse(incident.severity, firstSeverity);
  const atFirstSeverity = rose ? ownReceivers(router({ ...state, severity: firstSeverity }, kind)) : null;
  const otherCause = firstCause !== undefined && firstCause !== state.cause;
  const atFirstCause = otherCause ? ownReceivers(router({ ...state, cause: firstCause }, kind)) : null;
  let reachable: Map<string, Way[]> | null = null;
  const reachableWays = (receiver: string): readonly Way[] => {
    reachable ??= everyWay(
      at,
      routerFor(
        rules,
        placeOf(at, () => true),
      ),
      kind,
    );
    return reachable.get(receiver) ?? [];
  };
  const recipient = (
    receiver: string,
    why: Recipient['why'],
    way: Way | null,
    basis: readonly Way[],
    tells: Recipient['tells'] = null,
  ): Recipient => ({
    receiver,
    why,
    route: way?.route ?? null,
    step: way?.step ?? null,
    fromMs: way?.fromMs ?? 0,
    since:
      atFirstSeverity?.has(receiver) === false
        ? 'severity'
        : atFirstCause?.has(receiver) === false
          ? 'cause'
          : 'beginning',
    tells,
    mute: way ? way.mute : muteOf(basis),
    remindEveryMs: shortestOf(basis) ?? policy.remindEveryMs,
  });
  return {
    waitsForCause: verdicts.some(({ mismatch }) => mismatch === 'cause' || mismatch === 'causeNotKnownYet'),
    named: [...new Set([...ways.keys(), ...incident.fallbacks.map(({ receiver }) => receiver)])],
    of(receiver) {
      const own = ways.get(receiver) ?? [];
      const fallback = incident.fallbacks.find((one) => one.receiver === receiver) ?? null;
      const endAlone = fallback?.tells === 'end' && incident.status === 'resolved';
      const way = firstOf(own, nowMs);
      if (way !== null && way.step === null && !endAlone) return recipient(receiver, 'route', way, own);
      if (fallback !== null) {
        const { instead, tells } = fallback;
        const basis = own.length > 0 ? own : (ways.get(instead) ?? []);
        return recipient(receiver, 'fallback', null, basis, tells);
      }
      if (way !== null) return recipient(receiver, 'escalation', way, own);
      const basis = reachableWays(receiver);
      return basis.length > 0 ? recipient(receiver, 'toldBefore', null, basis) : null;
    },
  };
}

/** The way that leads to a receiver first: by its route or the time of its step, and the mute times that hold it. */
function firstOf(ways: readonly Way[], nowMs: number): Way | null {
  const whenMs = ({ fromMs, mute }: Way) => Math.max(fromMs, mute?.untilMs ?? 0, nowMs);
  let first: Way | null = null;
  for (const way of ways) if (first === null || whenMs(way) < whenMs(first)) first = way;
  return first;
}

/** A receiver is mute while all the routes that lead to it are. */
function muteOf(ways: readonly Way[]): Recipient['mute'] {
  let first: Recipient['mute'] = null;
  for (const { mute } of ways) {
    if (mute === null) return null;
    if (first === null || mute.untilMs < first.untilMs) first = mute;
  }
  return first;
}

function shortestOf(ways: readonly Way[]): number | null {
  const own = ways.flatMap(({ remindEveryMs }) => remindEveryMs ?? []);
  return own.length > 0 ? Math.min(...own) : null;
}

/** Which routes lead to whom: at once to their own receivers, later to those of their steps. */
function waysBy(at: RecipientsAt, verdicts: readonly RouteVerdict[]): Map<string, Way[]> {
  const ways = new Map<string, Way[]>();
  const add = (receiver: string, way: Way) => {
    const known = ways.get(receiver);
    if (known) known.push(way);
    else ways.set(receiver, [way]);
  };
  for (const { index, route, mismatch } of verdicts) {
    if (mismatch !== null) continue;
    const untilMs = muteEndsAt(route, at.incident.severity, at.nowMs);
    const mute = untilMs === null ? null : { untilMs, route: index };
    const { remindEveryMs } = route;
    for (const receiver of route.to)
      add(receiver, { route: index, step: null, fromMs: 0, mute, remindEveryMs });
    const begunMs = route.escalate.length > 0 ? firstAttemptOf(route, at.told) : null;
    if (begunMs === null) continue;
    for (const [step, { afterMs, to }] of route.escalate.entries()) {
      const fromMs = begunMs + afterMs;
      for (const receiver of to) add(receiver, { route: index, step, fromMs, mute, remindEveryMs });
    }
  }
  return ways;
}

/** When one of the route's own receivers was first tried; rows of an earlier version know the last notice alone. */
function firstAttemptOf({ to }: Route, told: readonly Told[]): number | null {
  let firstMs: number | null = null;
  for (const { receiver, firstAttemptAtMs, lastNoticeAtMs } of told) {
    const atMs = firstAttemptAtMs ?? lastNoticeAtMs;
    if (atMs !== null && to.includes(receiver)) firstMs = Math.min(firstMs ?? atMs, atMs);
  }
  return firstMs;
}

/** The ways in whatever state the incident were, and whatever of it were quiet: who has one is not cut off. */
function everyWay(at: RecipientsAt, router: Router, kind: Per | 'either'): Map<string, Way[]> {
  const matching = new Map<number, RouteVerdict>();
  for (const state of statesOf(at.rules)) {
    for (const verdict of router(state, kind)) {
      if (verdict.mismatch === null) matching.set(verdict.index, verdict);
    }
  }
  const ways = waysBy(at, [...matching.values()]);
  for (const { index, route } of matching.values()) {
    for (const [step, { to }] of route.escalate.entries()) {
      for (const receiver of to) {
        if (ways.has(receiver)) continue;
        const { remindEveryMs } = route;
        ways.set(receiver, [{ route: index, step, fromMs: 0, mute: null, remindEveryMs }]);
      }
    }
  }
  return ways;
}

function ownReceivers(verdicts: readonly RouteVerdict[]): ReadonlySet<string> {
  return new Set(verdicts.flatMap(({ route, mismatch }) => (mismatch === null ? route.to : [])));
}

function placeOf({ hub, site, incident }: RecipientsAt, looksAt: (member: Member) => boolean): RoutedPlace {
  const deviceIds: string[] = [];
  for (const member of incident.members.values()) if (looksAt(member)) deviceIds.push(member.deviceId);
  return {
    siteId: site?.id ?? hub.toLowerCase(),
    siteKind: site?.kind ?? 'hub',
    hubName: hub,
    deviceIds,
  };
}

function stateOf(at: RecipientsAt): RoutedState {
  const { severity, members } = at.incident;
  let reason: RoutedState['reason'] = null;
  const looksAt = at.rules.routes.some(({ match }) => match.reason !== null) ? members.values() : [];
  for (const { state, quiet } of looksAt) {
    if (quiet) continue;
    if (state === 'down') reason = 'outageBegan';
    if (state === 'flapping') reason ??= 'flappingBegan';
  }
  return { severity, cause: causeNow(at), reason };
}

/**
 * The cause that routes are compared with: once the logs have answered about what is true now, or when their time is over.
 * A cause that was found for less stays until there is a newer one.
 */
export function causeNow(at: RecipientsAt): Cause | 'notKnownYet' {
  const { rules, incident, diagnosis, policy, nowMs } = at;
  if (!routesByCause(rules)) return 'notKnownYet';
  // A hub's own count explains itself: it claims no cause.
  if (incident.subject.kind === 'hub') return 'unknown';
  const known = diagnosis?.diagnosis;
  if (diagnosis && known && known.status !== 'pending' && fits(diagnosis, incident)) return known.cause;
  if (nowMs >= causeDueAt(incident, policy)) return known?.cause ?? 'unknown';
  return incident.firstCause ?? 'notKnownYet';
}

/** When routes that name causes decide without an answer of the logs. */
export function causeDueAt(incident: Incident, policy: Policy): number {
  return openAt(incident, policy) + policy.diagnosisBudgetMs;
}
