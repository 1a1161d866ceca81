import type { OneTimeWindow, Silence } from '../control/control.ts';
import type { ControlMatch } from '../control/controlMatch.ts';
import { type Control, endOf, stageOf } from '../control/stage.ts';
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

export function windowView(window: OneTimeWindow, nowMs: number) {
  const { id, name, match, fromMs, returnGraceMs, by, createdAtMs } = window;
  return {
    id,
    status: stages[stageOf(window, nowMs)],
    name,
    match: matchView(match),
    from: iso(fromMs),
    until: iso(endOf(window)),
    returnGrace: formatDuration(returnGraceMs),
    by,
    createdAt: iso(createdAtMs),
    takenBack: takenBackView(window),
  };
}

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
