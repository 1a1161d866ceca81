import type { OneTimeWindow, Silence } from '../control/control.ts';
import type { ControlMatch } from '../control/controlMatch.ts';
import { nearestSpan } from '../control/plannedSpan.ts';
import type { PlannedWindow } from '../control/plannedWindow.ts';
import { type Control, endOf, type Stage, stageOf, stageOfSpan } from '../control/stage.ts';
import { formatDuration } from '../fields/quantities.ts';
import type { Acknowledgement } from '../incident/acknowledgement.ts';
import { iso } from '../pages/deviceView.ts';

// What the calls answer. Instants are ISO 8601 in UTC.

const stages = { upcoming: 'upcoming', active: 'active', over: 'ended' } as const;

export function silenceView(silence: Silence, nowMs: number) {
  const { id, match, fromMs, by, reason, createdAtMs } = silence;
  return {
    id,
    status: stages[stageOf(silence, nowMs)],
    match: matchView(match),
    from: iso(fromMs),
    until: iso(endOf(silence)),
    by,
    reason,
    createdAt: iso(createdAtMs),
    takenBack: takenBackView(silence),
  };
}

/** What a window of either source has. */
export type WindowView = {
  /** null: the configuration has it, and no call can end it. */
  readonly id: string | null;
  readonly source: 'api' | 'configuration';
  readonly status: (typeof stages)[Stage];
  readonly name: string;
  readonly match: ReturnType<typeof matchView>;
  /** Of recurring work: when it runs, or will run next. null: not in the year to come, or without an end. */
  readonly from: string | null;
  readonly until: string | null;
  readonly recurring: boolean;
  readonly returnGrace: string;
  readonly by: string | null;
  readonly createdAt: string | null;
  readonly takenBack: ReturnType<typeof takenBackView>;
};

export function windowView(window: OneTimeWindow, nowMs: number): WindowView {
  const { id, name, match, fromMs, returnGraceMs, by, createdAtMs } = window;
  return {
    id,
    source: 'api',
    status: stages[stageOf(window, nowMs)],
    name,
    match: matchView(match),
    from: iso(fromMs),
    until: iso(endOf(window)),
    recurring: false,
    returnGrace: formatDuration(returnGraceMs),
    by,
    createdAt: iso(createdAtMs),
    takenBack: takenBackView(window),
  };
}

/** Planned work of the configuration. */
export function plannedView(window: PlannedWindow, nowMs: number): WindowView {
  const { name, match, at, returnGraceMs } = window;
  const span = nearestSpan(window, nowMs);
  return {
    id: null,
    source: 'configuration',
    status: span === null ? stages.upcoming : stages[stageOfSpan(span, nowMs)],
    name,
    match: matchView(match),
    from: span && iso(span.fromMs),
    until: span && span.untilMs < lastYearMs ? iso(span.untilMs) : null,
    recurring: 'during' in at,
    returnGrace: formatDuration(returnGraceMs),
    by: null,
    createdAt: null,
    takenBack: null,
  };
}

/** Work whose times run into each other for ever has no end. */
const lastYearMs = Date.UTC(9999, 0);

function takenBackView({ takenBack }: Control) {
  return takenBack ? { by: takenBack.by, at: iso(takenBack.atMs) } : null;
}

function matchView({ hubs, sites, devices }: ControlMatch) {
  return { hubs: hubs ?? [], sites: sites ?? [], devices: devices ?? [] };
}

export function acknowledgementView(incidentId: string, acknowledged: Acknowledgement) {
  const { by, atMs, untilMs, note, ended } = acknowledged;
  return {
    incidentId,
    by,
    at: iso(atMs),
    until: iso(ended ? Math.min(untilMs, ended.atMs) : untilMs),
    note,
    takenBack: ended?.why === 'takenBack' ? { by: ended.by, at: iso(ended.atMs) } : null,
  };
}
