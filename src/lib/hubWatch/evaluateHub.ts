import { quietAt } from '../control/quiet.ts';
import { acknowledgementNow } from '../incident/acknowledgement.ts';
import { type Evaluation, evaluateIncidents } from '../incident/evaluate.ts';
import type { HubLevel } from '../incident/hubLevel.ts';
import { incidentIdOf } from '../incident/ids.ts';
import type { Incident, Member, Subject } from '../incident/incident.ts';
import { opening, tellableSince, withQuiet } from '../incident/quietMembers.ts';
import type { Ledger } from '../incident/siteView.ts';
import { hubPolicy } from '../policy/policyFor.ts';
import type { Rules } from '../policy/rules.ts';
import { watchedHub } from '../policy/watchedHub.ts';
import type { HubWatch } from './decideLevel.ts';

/** A hub's count as it is remembered, and what was told of it. */
export type HubView = Ledger & {
  /** As the configuration spells it, or as the hub's incidents do. */
  readonly hub: string;
  readonly watch: HubWatch | null;
};

/** Compares what a hub's count says with what each receiver has been told, as `evaluate` does for a site. */
export function evaluateHub(rules: Rules, view: HubView, nowMs: number): Evaluation {
  const policy = hubPolicy(rules);
  const watched = watchedHub(rules, view.hub);
  const now = view.incidents.map((before) => ({
    before,
    now: observeHub(rules, before, watched ? view.watch : null, nowMs),
    policy,
  }));
  const isOpen = view.incidents.some(({ status }) => status === 'open');
  const drop = watched && isRaised(view.watch) ? (view.watch?.drop ?? null) : null;
  if (drop === null || isOpen) return evaluateIncidents(rules, view.hub, null, view, now, nowMs);
  const subject: Subject = { kind: 'hub', level: view.watch?.level ?? null };
  const openedAtMs = drop.raisedAtMs ?? nowMs;
  const member: Member = {
    deviceId: view.hub,
    moduleId: null,
    state: 'down',
    recovering: false,
    lostAtMs: drop.sinceMs,
    connectedBeforeMs: 0,
    since: openedAtMs,
    backAtMs: null,
  };
  const severity = policy.severity ?? 'critical';
  const begun: Incident = opening({
    // Not by when the loss was sure: a hub that is watched again may have told of the same loss before, and of its end.
    incidentId: incidentIdOf({ hub: view.hub, kind: 'hub' }, subject, nowMs),
    subject,
    hubName: view.hub,
    ...(watched ? { hubResourceId: watched.resourceId } : {}),
    status: 'open',
    openedAtMs,
    resolvedAtMs: null,
    severity,
    peakSeverity: severity,
    firstSeverity: null,
    members: new Map([[view.hub, withQuiet(member, null, quietAt(rules, view.hub, null, nowMs))]]),
    knownDevices: 1,
    fallbacks: [],
  });
  return evaluateIncidents(
    rules,
    view.hub,
    null,
    view,
    [...now, { before: null, now: begun, policy }],
    nowMs,
  );
}

/** An open incident of a hub as its count stands now; a hub that is no longer watched is no longer followed. */
export function observeHub(
  rules: Rules,
  incident: Incident,
  watch: HubWatch | null,
  nowMs: number,
): Incident {
  if (incident.status === 'resolved') return incident;
  const subject: Subject = { kind: 'hub', level: watch?.level ?? levelOf(incident) };
  const [of] = incident.members;
  if (of === undefined) return incident;
  const [key, member] = of;
  if (isRaised(watch)) {
    const members = new Map([
      [key, withQuiet(member, member, quietAt(rules, incident.hubName, null, nowMs))],
    ]);
    const tellableSinceMs = tellableSince(incident, members);
    const acknowledged = acknowledgementNow(incident.acknowledged, incident.severity, nowMs);
    return {
      ...incident,
      subject,
      members,
      ...(tellableSinceMs === undefined ? {} : { tellableSinceMs }),
      ...(acknowledged ? { acknowledged } : {}),
    };
  }
  const backAtMs = watch?.changedAtMs ?? nowMs;
  const { quiet: _quiet, ...plain } = member;
  const ended: Member = watch === null ? { ...plain, state: 'gone' } : { ...plain, state: 'back', backAtMs };
  const knownDevices = watch === null ? 0 : incident.knownDevices;
  return {
    ...incident,
    subject,
    members: new Map([[key, ended]]),
    knownDevices,
    status: 'resolved',
    resolvedAtMs: nowMs,
  };
}

function levelOf({ subject }: Incident): HubLevel | null {
  return subject.kind === 'hub' ? subject.level : null;
}

function isRaised(watch: HubWatch | null): boolean {
  return (watch?.drop?.raisedAtMs ?? null) !== null;
}
