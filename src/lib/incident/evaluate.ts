import { createHash } from 'node:crypto';
import type { Device } from '../device/device.ts';
import { deviceKey } from '../device/device.ts';
import type { Per } from '../policy/policy.ts';
import { receiversFor } from '../policy/routing.ts';
import type { Rules } from '../policy/rules.ts';
import { type Decision, decide } from './decide.ts';
import { diagnosisKeyOf, nextAskAt } from './diagnosisSchedule.ts';
import type { Incident, Notice, Told } from './incident.ts';
import { withdrawn } from './ledger.ts';
import {
  affectedSince,
  earlier,
  isAffected,
  joining,
  observe,
  policyOf,
  type SettledSite,
  settleSite,
} from './observe.ts';
import { routesOf } from './routesOf.ts';
import type { SiteView } from './siteView.ts';

/** A pending notice nobody has worked on for this long after it was due gets its message again. */
export const overdueAfterMs = 10_000;

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
};

export type Evaluation = {
  readonly changes: readonly IncidentChange[];
  /** Pending notices whose message may be lost. */
  readonly overdue: readonly Notice[];
  /** Incidents whose logs are to be asked again now. */
  readonly asks: readonly string[];
  /** When somebody must look again; null: never, unless an event comes. */
  readonly nextAtMs: number | null;
  /** Rows whose device belongs to another site now. */
  readonly strayed: readonly Device[];
  /** Nothing is open, nothing is on its way. */
  readonly idle: boolean;
};

/**
 * Compares what is true of a site with what each receiver has been told, and says what is to be told.
 *
 * 1. Settle the devices.
 * 2. Open the incidents that are due, bring the open ones up to date.
 * 3. For each receiver of each incident: finish a notice that has lost its point, then decide.
 * 4. Work out when to look again.
 */
export function evaluate(config: Rules, view: SiteView, nowMs: number): Evaluation {
  const settled = settleSite(config, view.site, view.devices, nowMs);
  const incidents = [
    ...view.incidents.map((incident) => ({
      before: incident,
      now: withFirstSeverity(observe(incident, settled), settled),
    })),
    ...newIncidents(config, view, settled).map((incident) => ({
      before: null,
      now: withFirstSeverity(incident, settled),
    })),
  ];
  let nextAtMs = settled.nextAtMs;
  const changes: IncidentChange[] = [];
  const overdue: Notice[] = [];
  const asks: string[] = [];
  let asksForDevices = false;
  for (const { before, now } of incidents) {
    const story = tell(config, view, settled, now);
    // A notice is dropped together with a change of its receiver's entry.
    if (!same(before, story.incident) || story.told.length > 0 || story.archived) changes.push(story);
    overdue.push(...story.overdue);
    nextAtMs = earlier(nextAtMs, story.nextAtMs);
    const askAtMs = nextAskAt(
      view.diagnoses.find((record) => record.incidentId === now.incidentId) ?? null,
      now,
    );
    if (askAtMs !== null && askAtMs <= nowMs) {
      // One question covers all single devices of the site that are due.
      if (now.per === 'site' || !asksForDevices) asks.push(now.incidentId);
      asksForDevices ||= now.per === 'device';
    }
    nextAtMs = earlier(nextAtMs, askAtMs === null || askAtMs > nowMs ? askAtMs : nowMs + 60_000);
  }
  const idle =
    nextAtMs === null &&
    incidents.every(({ now }) => changes.some((c) => c.archived && c.incident.incidentId === now.incidentId));
  return { changes, overdue, asks, nextAtMs, strayed: settled.strayed, idle };
}

/** The severity that the routes are compared with once `groupWait` has run. */
function withFirstSeverity(incident: Incident, settled: SettledSite): Incident {
  const waited = settled.nowMs >= incident.openedAtMs + policyOf(settled, incident).groupWaitMs;
  return incident.firstSeverity === null && waited
    ? { ...incident, firstSeverity: incident.severity }
    : incident;
}

/** Incidents that begin now: of the site, and of each device that routes follow by itself. */
function newIncidents(config: Rules, view: SiteView, settled: SettledSite): Incident[] {
  const affected = [...settled.devices.values()].filter(isAffected);
  if (affected.length === 0) return [];
  const routed = (per: Per, devices: readonly Device[]) =>
    receiversFor(config, {
      per,
      siteId: view.site.id,
      siteKind: view.site.kind,
      hubName: view.hub,
      deviceIds: devices.map((device) => device.deviceId),
      severity: null,
    }).length > 0;
  const followed = affected.filter((device) => routed('device', [device]));
  const begun: Incident[] = [];
  const siteIsOpen = view.incidents.some((i) => i.per === 'site' && i.status === 'open');
  // Without any route the site's incident stands all the same: it is seen in the list, and told once a route is added.
  if (!siteIsOpen && (routed('site', affected) || followed.length === 0)) {
    begun.push(open(view, settled, 'site', affected));
  }
  for (const device of followed) {
    const isOpen = view.incidents.some((i) => i.status === 'open' && i.deviceKey === deviceKey(device));
    if (!isOpen) begun.push(open(view, settled, 'device', [device]));
  }
  return begun;
}

function open(view: SiteView, settled: SettledSite, per: Per, affected: readonly Device[]): Incident {
  const openedAtMs = Math.min(settled.nowMs, ...affected.map(affectedSince));
  const only = per === 'device' ? affected[0] : undefined;
  const key = only ? deviceKey(only) : null;
  const blank: Incident = {
    incidentId: stableId(
      'inc',
      view.hub.toLowerCase(),
      view.site.kind,
      view.site.id,
      per,
      key ?? '',
      String(settled.nowMs),
    ),
    per,
    deviceKey: key,
    hubName: view.hub,
    status: 'open',
    openedAtMs,
    resolvedAtMs: null,
    severity: 'info',
    peakSeverity: 'info',
    firstSeverity: null,
    members: Object.fromEntries(affected.map((device) => [deviceKey(device), joining(device)])),
    knownDevices: affected.length,
    standIns: [],
  };
  return observe(blank, settled);
}

/** What the receivers of one incident are to hear. */
function tell(
  config: Rules,
  view: SiteView,
  settled: SettledSite,
  observed: Incident,
): IncidentChange & { overdue: Notice[]; nextAtMs: number | null } {
  const nowMs = settled.nowMs;
  const ledger = view.told.filter((told) => told.incidentId === observed.incidentId);
  const policy = policyOf(settled, observed);
  const incident = withStandIns(config, observed, ledger, nowMs);
  const routes = routesOf(config, view, incident);
  const record = view.diagnoses.find((r) => r.incidentId === incident.incidentId);
  const diagnosisKey = record?.diagnosis.status === 'available' ? diagnosisKeyOf(record.diagnosis) : null;
  const told: Told[] = [];
  const notices: Notice[] = [];
  const dropped: Notice[] = [];
  const overdue: Notice[] = [];
  let nextAtMs: number | null = null;
  const receivers = new Set([
    ...routes.matched,
    ...incident.standIns.map((standIn) => standIn.receiver),
    ...ledger.map((entry) => entry.receiver),
  ]);
  let everybodyKnows = true;
  for (const receiver of receivers) {
    const before = ledger.find((entry) => entry.receiver === receiver) ?? null;
    let entry = before;
    const decision = decide(incident, entry, routes.of(receiver), policy, diagnosisKey);
    const pending = view.notices.find((notice) => notice.noticeId === entry?.pendingNoticeId);
    if (entry && pending) {
      nextAtMs = earlier(nextAtMs, standInDueAt(config, incident, ledger, entry));
      const pointless = whyPointless(config, incident, pending, decision);
      const inWork = pending.leasedUntilMs > nowMs;
      if (pointless === null || inWork) {
        everybodyKnows = false;
        const lookAgainMs = Math.max(pending.dueAtMs + overdueAfterMs, pending.leasedUntilMs);
        if (lookAgainMs <= nowMs) overdue.push(pending);
        nextAtMs = earlier(nextAtMs, Math.max(lookAgainMs, nowMs + overdueAfterMs));
        continue;
      }
      dropped.push({ ...pending, state: 'dropped', lastError: pointless, finishedAtMs: nowMs });
      entry = withdrawn(entry, pending);
      if (incident.status === 'resolved') {
        // A delivery may have claimed it since: the drop is a change of the ledger's row, over its tag, and only
        // then the archive, which removes rows whatever their tags, may follow.
        everybodyKnows = false;
        nextAtMs = earlier(nextAtMs, nowMs);
      }
    }
    if (decision.kind === 'say' && !config.receivers.has(receiver)) {
      // Nobody can tell a receiver that the configuration no longer knows.
      const lost = notice(incident, entry, receiver, decision, nowMs);
      dropped.push({
        ...lost,
        state: 'dropped',
        lastError: 'the receiver was removed from the configuration',
        finishedAtMs: nowMs,
      });
      entry = {
        ...blankTold(incident, receiver),
        ...entry,
        status: 'closed',
        noticeCount: (entry?.noticeCount ?? 0) + 1,
      };
    } else if (decision.kind === 'say' && decision.atMs <= nowMs) {
      const next = notice(incident, entry, receiver, decision, nowMs);
      notices.push(next);
      everybodyKnows = false;
      entry = {
        ...(entry ?? blankTold(incident, receiver)),
        noticeCount: (entry?.noticeCount ?? 0) + 1,
        pendingNoticeId: next.noticeId,
      };
      nextAtMs = earlier(nextAtMs, nowMs + overdueAfterMs);
    } else if (decision.kind === 'say') {
      everybodyKnows = false;
      nextAtMs = earlier(nextAtMs, decision.atMs);
    }
    if (entry !== null && entry !== before) told.push(entry);
  }
  const archived = incident.status === 'resolved' && everybodyKnows;
  return { incident, told, notices, dropped, archived, overdue, nextAtMs };
}

/** Why a notice that is on its way need not arrive any more, or null. */
function whyPointless(config: Rules, incident: Incident, pending: Notice, decision: Decision): string | null {
  if (!config.receivers.has(pending.receiver)) return 'the receiver was removed from the configuration';
  // It may have been read without an answer: then the receiver believes it, and must hear it through to the end.
  if (pending.kind === 'opening' && pending.maybeRead !== null) return null;
  if (decision.kind === 'say' && decision.notice === 'final' && pending.kind !== 'final') {
    return decision.reason === 'noLongerFollowed' && incident.status === 'open'
      ? 'the route was removed before it could be told'
      : 'the incident ended before it could be told';
  }
  if (decision.kind === 'nothing') {
    if (decision.because === 'overBeforeItWasTold') return 'the incident ended before it could be told';
    if (decision.because === 'notRouted') return 'the route was removed before it could be told';
  }
  return null;
}

/** Adds the stand-ins of receivers that could not be told. */
function withStandIns(config: Rules, incident: Incident, ledger: readonly Told[], nowMs: number): Incident {
  let standIns = incident.standIns;
  for (const entry of ledger) {
    const dueAtMs = standInDueAt(config, { ...incident, standIns }, ledger, entry);
    const receiver = config.receivers.get(entry.receiver)?.fallback;
    if (!receiver || dueAtMs === null || dueAtMs > nowMs) continue;
    const tells = incident.status === 'open' ? 'outage' : 'end';
    standIns = [...standIns, { receiver, instead: entry.receiver, tells }];
  }
  return { ...incident, standIns };
}

/** When a receiver that fails gets its stand-in: at once after a permanent failure; null: not, or it has one. */
function standInDueAt(
  config: Rules,
  incident: Incident,
  ledger: readonly Told[],
  entry: Told,
): number | null {
  const receiver = config.receivers.get(entry.receiver);
  const fallback = receiver?.fallback;
  if (!fallback) return null;
  if (incident.standIns.some((standIn) => standIn.receiver === fallback)) return null;
  // Who hears of the incident anyway is not told twice.
  if (ledger.some((other) => other.receiver === fallback && other.status !== 'untold')) return null;
  // Of an end that follows no beginning nobody needs to hear.
  if (incident.status === 'resolved' && entry.status === 'untold') return null;
  if (entry.failedForGood) return 0;
  return entry.failingSinceMs === null ? null : entry.failingSinceMs + receiver.fallbackAfterMs;
}

function blankTold(incident: Incident, receiver: string): Told {
  return {
    incidentId: incident.incidentId,
    receiver,
    status: 'untold',
    facts: null,
    lastNoticeAtMs: null,
    noticeCount: 0,
    pendingNoticeId: null,
    failingSinceMs: null,
    failedForGood: false,
  };
}

function notice(
  incident: Incident,
  entry: Told | null,
  receiver: string,
  decision: Extract<Decision, { kind: 'say' }>,
  nowMs: number,
): Notice {
  return {
    noticeId: stableId('ntc', incident.incidentId, receiver, String((entry?.noticeCount ?? 0) + 1)),
    incidentId: incident.incidentId,
    receiver,
    kind: decision.notice,
    reason: decision.reason,
    state: 'pending',
    createdAtMs: nowMs,
    dueAtMs: nowMs,
    leasedUntilMs: 0,
    attempts: 0,
    lastError: null,
    maybeRead: null,
    finishedAtMs: null,
  };
}

/** An id that the same facts always get: a repeated evaluation after a crash makes no second notice. */
function stableId(kind: string, ...parts: readonly string[]): string {
  return `${kind}_${createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 24)}`;
}

function same(a: Incident | null, b: Incident): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
