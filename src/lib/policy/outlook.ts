import { quietAt } from '../control/quiet.ts';
import type { Cause } from '../diagnosis/diagnosis.ts';
import type { Site } from '../directory/placeOf.ts';
import { muteEndsAt } from './muteTimes.ts';
import type { Per, Severity } from './policy.ts';
import { devicePolicy, sitePolicy } from './policyFor.ts';
import type { Route, RouteReason } from './route.ts';
import { type Mismatch, type RouteVerdict, routerFor } from './routing.ts';
import type { Rules } from './rules.ts';

/** A device that is lost for as long as it takes, as nobody has yet acknowledged. */
export type Loss = {
  readonly hub: string;
  readonly site: Site;
  readonly deviceId: string;
  readonly severity: Severity;
  readonly cause: Cause;
  readonly reason: RouteReason;
  /** When its first notice is due. Milliseconds. */
  readonly dueAtMs: number;
};

/** Someone who would be told, if every attempt succeeds. */
export type Expected = {
  readonly receiver: string;
  readonly per: Per;
  readonly atMs: number;
  readonly why: 'route' | 'escalation';
  /** The place of the route among the rules' routes, from 0. */
  readonly route: number;
  /** The place of the step in the route's `escalate`, from 0; null: by the route's own `to`. */
  readonly step: number | null;
  /** What it waits for beside the step's own time; null: nothing. */
  readonly heldBy: HeldBy | null;
};

type HeldBy = 'silence' | 'maintenance' | 'muteTime';

/** Someone who would not. `fallback`: told only in place of somebody else. A control: for more than a year. */
export type LeftOut = {
  readonly receiver: string;
  /** null: no route names it. */
  readonly route: number | null;
  readonly because: Exclude<Mismatch, 'per' | 'causeNotKnownYet'> | HeldBy | 'noRoute' | 'fallback';
};

export type Outlook = { readonly told: readonly Expected[]; readonly notTold: readonly LeftOut[] };

const foreverMs = 399 * 24 * 60 * 60_000;
const mostHolds = 100;

/** Who would be told of a loss and when, by the rules as they are, and why the others would not. */
export function outlookOf(rules: Rules, loss: Loss): Outlook {
  const { hub, site, deviceId, severity, cause, reason } = loss;
  const place = { siteId: site.id, siteKind: site.kind, hubName: hub, deviceIds: [deviceId] };
  const verdicts = routerFor(rules, place)({ severity, cause, reason }, 'either');
  const matching = verdicts.filter(({ mismatch }) => mismatch === null);
  const ways = waysOf(rules, loss, matching);
  const told = firstOfEach(ways.flatMap(({ open }) => open ?? []));
  const reached = new Set(told.map(({ receiver }) => receiver));
  const notTold = [
    ...ways.flatMap(({ closed }) => closed ?? []),
    ...verdicts.flatMap(mismatchesOf),
    ...unnamed(rules, reached),
  ];
  return { told, notTold: notTold.filter(({ receiver }) => !reached.has(receiver)) };
}

/** One way from a route to a receiver: open from a moment on, or closed for more than a year. */
type Way = { readonly open: Expected | null; readonly closed: LeftOut | null };

/**
 * A step counts from the first attempt to tell one of its route's own receivers, by whichever route: so each step that is
 * found can bring others forward.
 */
function waysOf(rules: Rules, loss: Loss, matching: readonly RouteVerdict[]): readonly Way[] {
  const own = matching.flatMap((verdict) => {
    const open = whenOpen(rules, loss, verdict.route, loss.dueAtMs);
    return verdict.route.to.map((receiver) => wayTo(receiver, verdict, null, open));
  });
  let steps: readonly Way[] = [];
  for (let round = 0; round <= matching.length; round++) {
    const told = firstOfEach([...own, ...steps].flatMap(({ open }) => open ?? []));
    steps = matching.flatMap((verdict) => stepsOf(rules, loss, verdict, told));
  }
  return [...own, ...steps];
}

function stepsOf(rules: Rules, loss: Loss, verdict: RouteVerdict, told: readonly Expected[]): Way[] {
  const { route } = verdict;
  const begun = told.find(({ receiver, per }) => per === route.per && route.to.includes(receiver));
  return route.escalate.flatMap(({ afterMs, to }, step) => {
    const open = whenOpen(rules, loss, route, begun ? begun.atMs + afterMs : loss.dueAtMs);
    return begun || open.atMs === null ? to.map((receiver) => wayTo(receiver, verdict, step, open)) : [];
  });
}

function wayTo(receiver: string, { index, route }: RouteVerdict, step: number | null, open: Open): Way {
  if (open.atMs === null) return { open: null, closed: { receiver, route: index, because: open.heldBy } };
  const why = step === null ? 'route' : 'escalation';
  return { open: { receiver, per: route.per, ...open, why, route: index, step }, closed: null };
}

/** By time, each receiver once for each kind of incident: a step whose receivers were told anyway is passed. */
function firstOfEach(ways: readonly Expected[]): readonly Expected[] {
  const first = new Map<string, Expected>();
  for (const way of ways.toSorted((a, b) => a.atMs - b.atMs || a.route - b.route)) {
    const key = `${way.per} ${way.receiver}`;
    if (!first.has(key)) first.set(key, way);
  }
  return [...first.values()];
}

type Open =
  | { readonly atMs: number; readonly heldBy: HeldBy | null }
  | { readonly atMs: null; readonly heldBy: HeldBy };

/** The first moment from one on at which a route may begin to tell of the loss. */
function whenOpen(rules: Rules, loss: Loss, route: Route, fromMs: number): Open {
  const lostAtMs = lossAt(rules, loss);
  let atMs = fromMs;
  let heldBy: HeldBy | null = null;
  for (let hold = 0; hold < mostHolds; hold++) {
    const quiet = quietAt(rules, loss.hub, loss.site, atMs).of(loss.deviceId, lostAtMs);
    const endMs = quiet?.untilMs ?? muteEndsAt(route, loss.severity, atMs);
    if (endMs === null) return { atMs, heldBy };
    heldBy = quiet?.why ?? 'muteTime';
    if (endMs >= fromMs + foreverMs) break;
    atMs = endMs;
  }
  return { atMs: null, heldBy: heldBy ?? 'muteTime' };
}

/** A notice is due once the holds are over: what began before is what a window's grace asks for. */
function lossAt(rules: Rules, { site, deviceId, dueAtMs }: Loss): number {
  const { offlineAfterMs } = devicePolicy(rules, site, deviceId);
  return dueAtMs - offlineAfterMs - sitePolicy(rules, site).groupWaitMs;
}

function mismatchesOf({ index, route, mismatch }: RouteVerdict): LeftOut[] {
  if (mismatch === null || mismatch === 'per' || mismatch === 'causeNotKnownYet') return [];
  return namedBy(route).map((receiver) => ({ receiver, route: index, because: mismatch }));
}

/** Receivers that no route names: some stand in for one that would be told. */
function unnamed(rules: Rules, reached: ReadonlySet<string>): LeftOut[] {
  const named = new Set(rules.routes.flatMap(namedBy));
  const standIns = new Set([...reached].flatMap((name) => rules.receivers.get(name)?.fallback ?? []));
  const left = [...rules.receivers.keys()].filter((receiver) => !named.has(receiver));
  return left.map((receiver) => ({
    receiver,
    route: null,
    because: standIns.has(receiver) ? 'fallback' : 'noRoute',
  }));
}

function namedBy({ to, escalate }: Route): string[] {
  return [...new Set([...to, ...escalate.flatMap((step) => step.to)])];
}
