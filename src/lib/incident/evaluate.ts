import { quietAt } from '../control/quiet.ts';
import { type Device, deviceKey } from '../device/device.ts';
import { siteKeyOf } from '../directory/placeKey.ts';
import type { Site } from '../directory/placeOf.ts';
import type { Per, Policy } from '../policy/policy.ts';
import { receiversFor, routesByCause } from '../policy/routing.ts';
import type { Rules } from '../policy/rules.ts';
import { decideForReceivers } from './decideForReceivers.ts';
import { fits } from './diagnosisFit.ts';
import { nextAskAt } from './diagnosisSchedule.ts';
import { incidentIdOf } from './ids.ts';
import type { Incident, Members, Notice, Subject, Told } from './incident.ts';
import { earlierNotes } from './notes.ts';
import {
  affectedSince,
  earlier,
  isAffected,
  joining,
  observe,
  policyOf,
  type SiteAt,
  siteAt,
} from './observe.ts';
import { openAt, opening } from './quietMembers.ts';
import { causeDueAt, causeNow, type RecipientsAt } from './recipients.ts';
import type { Ledger, SiteView } from './siteView.ts';
import { entriesOf, type TimelineEntry } from './timeline.ts';

/** A pending notice nobody has worked on for this long after it was due gets its message again. */
const overdueAfterMs = 10_000;

/** The notices of many incidents take their time: each incident lets them wait this much longer, up to the longest. */
const overdueEachMs = 10;
const longestOverdueMs = 120_000;

/** How often a device is looked at that newer rules no longer count as down. */
const doubtMs = 60_000;

/** The answer of a question that was due is looked for after this time. */
const lookAgainAfterAskMs = 60_000;

/** What happened to one incident, to be stored in one transaction. */
export type IncidentChange = {
  readonly incident: Incident;
  /** New or changed. */
  readonly told: readonly Told[];
  /** New ones. */
  readonly notices: readonly Notice[];
  /** Pending ones that are no longer to be sent, finished with the reason. */
  readonly dropped: readonly Notice[];
  /** Over, and everybody has been told: it goes to the history. */
  readonly archived: boolean;
  /** What its story gains. */
  readonly entries: readonly TimelineEntry[];
};

export type Evaluation = {
  readonly changes: readonly IncidentChange[];
  /** All incidents as they are now, those that are archived left out. */
  readonly incidents: readonly Incident[];
  /** Pending notices whose message may be lost. */
  readonly overdue: readonly Notice[];
  /** Incidents whose logs are to be asked again now. */
  readonly asks: readonly string[];
  /** When somebody must look again; null: never, unless an event comes. */
  readonly nextAtMs: number | null;
  /**
   * For which moment a wake-up is sent; null: for none. Whoever delivers a notice of a site has it looked at; that the
   * message of one was lost is for the sweep to find.
   */
  readonly wakeAtMs: number | null;
  /** Nothing is open, nothing is on its way. */
  readonly idle: boolean;
};

/** The evaluation of a site, with what is true of its devices. */
export type SiteEvaluation = Evaluation & { readonly site: SiteAt };

/** One incident before and after a look at what it is about. */
export type Observed = { readonly before: Incident | null; readonly now: Incident; readonly policy: Policy };

/**
 * Compares what is true of a site with what each receiver has been told, and says what is to be told.
 *
 * 1. Settle the devices.
 * 2. Open the incidents that are due, bring the open ones up to date.
 * 3. For each receiver of each incident: finish a notice that has lost its point, then decide.
 * 4. Work out when to look again.
 */
export function evaluate(rules: Rules, view: SiteView, nowMs: number): SiteEvaluation {
  const site = siteAt(rules, view.site, view.devices, nowMs);
  const observed = [
    ...view.incidents.map((before) => ({ before, now: observe(before, site) })),
    ...newIncidents(rules, view, site).map((now) => ({ before: null, now })),
  ].map(({ before, now }) => ({ before, now, policy: policyOf(site, now) }));
  const evaluation = evaluateIncidents(rules, view.hub, view.site, view, observed, nowMs);
  const ownAtMs = [
    site.nextAtMs,
    joinAt(site, evaluation.incidents),
    doubtEndsAt(evaluation.incidents, site),
  ].reduce(earlier);
  const nextAtMs = earlier(ownAtMs, evaluation.nextAtMs);
  const wakeAtMs = earlier(ownAtMs, evaluation.wakeAtMs);
  return { ...evaluation, nextAtMs, wakeAtMs, idle: evaluation.idle && nextAtMs === null, site };
}

/** When the next suspect counts as down. While nobody is told yet, those that join are seen when somebody is. */
function joinAt({ nextLossAtMs, policy, nowMs }: SiteAt, incidents: readonly Incident[]): number | null {
  if (nextLossAtMs === null || incidents.length === 0) return nextLossAtMs;
  const isWaiting = (one: Incident) => one.status === 'open' && openAt(one, policy) > nowMs;
  if (!incidents.every(isWaiting)) return nextLossAtMs;
  return Math.max(nextLossAtMs, Math.min(...incidents.map((one) => openAt(one, policy))));
}

/**
 * A device that counts as down, and by longer holds of newer rules only as suspect, comes back without a wake-up, as from
 * a blip: it is looked at again and again meanwhile.
 */
function doubtEndsAt(incidents: readonly Incident[], site: SiteAt): number | null {
  const suspects = new Set<string>();
  for (const [key, { phase }] of site.devices) if (phase === 'suspect') suspects.add(key);
  if (suspects.size === 0) return null;
  for (const { members } of incidents) {
    for (const [key, { state }] of members) {
      if (state === 'down' && suspects.has(key)) return site.nowMs + doubtMs;
    }
  }
  return null;
}

/** What is to be told of these incidents, and when to look again. @param site null: they are of the hub as a whole */
export function evaluateIncidents(
  rules: Rules,
  hub: string,
  site: Site | null,
  ledger: Ledger,
  observed: readonly Observed[],
  nowMs: number,
): Evaluation {
  const told = Map.groupBy(ledger.told, ({ incidentId }) => incidentId);
  const pending = Map.groupBy(ledger.notices, ({ incidentId }) => incidentId);
  const records = new Map(ledger.diagnoses.map((record) => [record.incidentId, record]));
  const waitMs = Math.min(longestOverdueMs, overdueAfterMs + overdueEachMs * observed.length);
  const result = {
    changes: [] as IncidentChange[],
    incidents: [] as Incident[],
    overdue: [] as Notice[],
  };
  const asks: Asks = { incidents: [], forDevices: false };
  let nextAtMs: number | null = null;
  let checkAtMs: number | null = null;
  for (const { before, now, policy } of observed) {
    const { incidentId } = now;
    const diagnosis = records.get(incidentId) ?? null;
    const at: RecipientsAt = {
      rules,
      hub,
      site,
      policy,
      nowMs,
      incident: now,
      told: told.get(incidentId) ?? [],
      diagnosis,
    };
    const decided = decideForReceivers({
      ...at,
      incident: withFirst(at),
      notices: pending.get(incidentId) ?? [],
      overdueAfterMs: waitMs,
    });
    const { incident, settled: archived, notices, dropped } = decided;
    // A notice is dropped together with a change of its receiver's entry.
    if (incident !== before || decided.told.length > 0 || archived) {
      const entries = [...entriesOf(before, incident, notices, dropped, nowMs), ...decided.entries];
      result.changes.push({ incident, told: decided.told, notices, dropped, archived, entries });
    }
    if (!archived) result.incidents.push(incident);
    result.overdue.push(...decided.overdue);
    // The notice that tells what has outgrown a diagnosis asks for itself.
    const asksItself = decided.hasNews && diagnosis !== null && !fits(diagnosis, incident);
    const wantsFirst = decided.wantsCause && diagnosis === null && site !== null;
    const askAtMs = asksItself
      ? null
      : askAt(wantsFirst ? openAt(incident, policy) : nextAskAt(diagnosis, incident), incident, asks, nowMs);
    nextAtMs = [nextAtMs, decided.nextAtMs, askAtMs, ownMoment({ ...at, incident })].reduce(earlier);
    if (incident.subject.kind === 'device') nextAtMs = earlier(nextAtMs, decided.checkAtMs);
    else checkAtMs = earlier(checkAtMs, decided.checkAtMs);
  }
  if (result.incidents.some(({ status }) => status === 'open')) {
    nextAtMs = earlier(nextAtMs, quietAt(rules, hub, site, nowMs).nextAtMs);
  }
  return {
    ...result,
    asks: asks.incidents,
    nextAtMs: earlier(nextAtMs, checkAtMs),
    wakeAtMs: nextAtMs,
    idle: nextAtMs === null && checkAtMs === null && result.incidents.length === 0,
  };
}

type Asks = { readonly incidents: string[]; forDevices: boolean };

/**
 * When the logs are asked again about an incident, noting one that is due. One question covers all single devices of a
 * site that are due.
 */
function askAt(atMs: number | null, incident: Incident, asks: Asks, nowMs: number): number | null {
  if (atMs === null || atMs > nowMs) return atMs;
  const ofDevice = incident.subject.kind === 'device';
  if (!ofDevice || !asks.forDevices) asks.incidents.push(incident.incidentId);
  asks.forDevices ||= ofDevice;
  return nowMs + lookAgainAfterAskMs;
}

/**
 * The severity and the cause that the routes are compared with first, once `groupWait` has run. Where all is quiet they are
 * not compared yet.
 */
function withFirst(at: RecipientsAt): Incident {
  const { incident, policy, nowMs } = at;
  if (incident.tellableSinceMs === null || nowMs < openAt(incident, policy)) return incident;
  const cause = incident.firstCause === undefined ? causeNow(at) : 'notKnownYet';
  if (incident.firstSeverity !== null && cause === 'notKnownYet') return incident;
  return {
    ...incident,
    firstSeverity: incident.firstSeverity ?? incident.severity,
    ...(cause === 'notKnownYet' ? {} : { firstCause: cause }),
  };
}

/** When the passing of time changes an open incident itself: its acknowledgement ends, or its cause is awaited no longer. */
function ownMoment({ rules, incident, policy, nowMs }: RecipientsAt): number | null {
  if (incident.status === 'resolved') return null;
  const { acknowledged } = incident;
  const endsAtMs = acknowledged && !acknowledged.ended ? acknowledged.untilMs : null;
  const causeAtMs = routesByCause(rules) ? causeDueAt(incident, policy) : 0;
  return earlier(endsAtMs, causeAtMs > nowMs ? causeAtMs : null);
}

/** Incidents that begin now: of the site, and of each device that routes follow by itself. */
function newIncidents(rules: Rules, view: SiteView, site: SiteAt): Incident[] {
  const affected = [...site.devices.values()].filter(isAffected);
  if (affected.length === 0) return [];
  const routed = (per: Per, devices: readonly Device[]) =>
    receiversFor(rules, {
      per,
      siteId: view.site.id,
      siteKind: view.site.kind,
      hubName: view.hub,
      deviceIds: devices.map((device) => device.deviceId),
      severity: null,
    }).length > 0;
  const anyPerDevice = rules.routes.some(({ per }) => per === 'device');
  const followed = anyPerDevice ? affected.filter((device) => routed('device', [device])) : [];
  const open = view.incidents.filter(({ status }) => status === 'open');
  const begun: Incident[] = [];
  const siteIsOpen = open.some(({ subject }) => subject.kind === 'site');
  // Without any route the site's incident stands all the same: it is seen in the list, and told once a route is added.
  if (!siteIsOpen && (routed('site', affected) || followed.length === 0)) {
    begun.push(opened(view, site, { kind: 'site' }, affected));
  }
  const openKeys = new Set(open.flatMap(({ subject }) => (subject.kind === 'device' ? [subject.key] : [])));
  for (const device of followed) {
    const key = deviceKey(device);
    if (!openKeys.has(key)) begun.push(opened(view, site, { kind: 'device', key }, [device]));
  }
  return begun;
}

function opened(view: SiteView, site: SiteAt, subject: Subject, affected: readonly Device[]): Incident {
  const notes = earlierNotes(view.notes ?? [], subject, affected);
  const blank: Incident = {
    incidentId: incidentIdOf(siteKeyOf(view.hub, view.site), subject, site.nowMs),
    subject,
    hubName: view.hub,
    status: 'open',
    openedAtMs: affected.reduce((first, device) => Math.min(first, affectedSince(device)), site.nowMs),
    resolvedAtMs: null,
    severity: 'info',
    peakSeverity: 'info',
    firstSeverity: null,
    // Those of a site join as they do later.
    members: subject.kind === 'device' ? membersOf(affected) : new Map(),
    knownDevices: affected.length,
    fallbacks: [],
    ...(notes.length > 0 ? { earlierNotes: notes } : {}),
  };
  return opening(observe(blank, site));
}

function membersOf(affected: readonly Device[]): Members {
  return new Map(affected.map((device) => [deviceKey(device), joining(device)]));
}
