import type { Severity } from '../policy/policy.ts';
import { isWorse } from './rank.ts';

/** Somebody has an incident. It stops reminders and escalation for everybody until it ends. Times are milliseconds. */
export type Acknowledgement = {
  readonly by: string;
  readonly atMs: number;
  readonly untilMs: number;
  readonly note: string | null;
  /** The incident's then; a rise above it ends the acknowledgement. */
  readonly severity: Severity;
  /** Absent: it is in effect, or its time is over and no evaluation has seen that yet. */
  readonly ended?: {
    readonly atMs: number;
    readonly why: 'time' | 'takenBack' | 'severityRose';
    /** Who took it back; null: nobody did. */
    readonly by: string | null;
  };
};

export function isInEffect(acknowledged: Acknowledgement | undefined, nowMs: number): boolean {
  return acknowledged !== undefined && acknowledged.ended === undefined && acknowledged.untilMs > nowMs;
}

/** An acknowledgement as of now: its time ends it, and a severity above its own. The same object while nothing has. */
export function acknowledgementNow(
  acknowledged: Acknowledgement | undefined,
  severity: Severity,
  nowMs: number,
): Acknowledgement | undefined {
  if (acknowledged === undefined || acknowledged.ended !== undefined) return acknowledged;
  const { untilMs } = acknowledged;
  if (untilMs <= nowMs) return { ...acknowledged, ended: { atMs: untilMs, why: 'time', by: null } };
  if (!isWorse(severity, acknowledged.severity)) return acknowledged;
  return { ...acknowledged, ended: { atMs: nowMs, why: 'severityRose', by: null } };
}

/** Names one state of an acknowledgement, to tell who was told of it: equal for equal states. */
export function acknowledgementKey({ atMs, ended }: Acknowledgement): string {
  return `${atMs}${ended ? ':ended' : ''}`;
}
