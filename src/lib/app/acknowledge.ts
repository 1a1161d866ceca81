import { type Acknowledgement, acknowledgementKey, isInEffect } from '../incident/acknowledgement.ts';
import type { Incident } from '../incident/incident.ts';
import type { IncidentFile } from '../incident/incidentFile.ts';
import { clockOf } from '../notify/words/clock.ts';
import type { Log } from '../telemetry/log.ts';
import type { Acted, ActedIncident } from './acted.ts';
import type { App } from './app.ts';
import { actionEntry, changeOpenIncident } from './changeIncident.ts';
import { siteForReaders } from './places.ts';

/** Names what is true of an incident's acknowledgement, to be shown again with an action (`ifState`). */
export function acknowledgementState({ acknowledged }: Incident): string {
  return acknowledged ? acknowledgementKey(acknowledged) : 'none';
}

/** Somebody has an incident, for a time. It replaces an earlier acknowledgement. Times are milliseconds. */
export async function acknowledge(
  app: App,
  incidentId: string,
  asked: {
    readonly by: string;
    readonly forMs: number;
    readonly note: string | null;
    /** What the person saw; another state then changes nothing. Left out: whatever is true. */
    readonly ifState?: string;
  },
  nowMs: number,
  log: Log,
): Promise<Acted<ActedIncident>> {
  const { by, note, ifState } = asked;
  const acted = await changeOpenIncident(
    app,
    incidentId,
    (file, place) => {
      const { incident } = file;
      if (ifState !== undefined && ifState !== acknowledgementState(incident)) return { kind: 'changed' };
      // Two states are never named alike.
      const atMs = Math.max(nowMs, (incident.acknowledged?.atMs ?? 0) + 1);
      const acknowledged: Acknowledgement = {
        by,
        atMs,
        untilMs: nowMs + asked.forMs,
        note,
        severity: incident.severity,
      };
      const until = clockOf(siteForReaders(app.rules, place).timeZone).instant(acknowledged.untilMs);
      const sentence = `${by} acknowledged it until ${until}${note === null ? '.' : `: ${note}`}`;
      return { kind: 'write', file: withAcknowledgement(file, acknowledged, sentence, nowMs) };
    },
    nowMs,
  );
  if (acted.kind === 'done') log.info('incident acknowledged', { incident: incidentId, by });
  return acted;
}

/** Ends an acknowledgement before its time. `notFound` also where nobody ever made one. */
export async function takeBack(
  app: App,
  incidentId: string,
  { by, ifState }: { readonly by: string; readonly ifState?: string },
  nowMs: number,
  log: Log,
): Promise<Acted<ActedIncident>> {
  const acted = await changeOpenIncident(
    app,
    incidentId,
    (file) => {
      const { incident } = file;
      const { acknowledged } = incident;
      if (ifState !== undefined && ifState !== acknowledgementState(incident)) return { kind: 'changed' };
      if (acknowledged === undefined) return { kind: 'notFound' };
      if (!isInEffect(acknowledged, nowMs))
        return { kind: 'over', atMs: acknowledged.ended?.atMs ?? acknowledged.untilMs };
      const ended = { atMs: nowMs, why: 'takenBack', by } as const;
      const sentence = `${by} took back the acknowledgement by ${acknowledged.by}.`;
      return {
        kind: 'write',
        file: withAcknowledgement(file, { ...acknowledged, ended }, sentence, nowMs),
      };
    },
    nowMs,
  );
  if (acted.kind === 'done') log.info('acknowledgement taken back', { incident: incidentId, by });
  return acted;
}

function withAcknowledgement(
  file: IncidentFile,
  acknowledged: Acknowledgement,
  sentence: string,
  atMs: number,
): IncidentFile {
  return {
    ...file,
    incident: { ...file.incident, acknowledged },
    timeline: [...file.timeline, actionEntry('control', sentence, atMs)],
  };
}
