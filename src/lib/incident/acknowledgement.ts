import type { Severity } from '../policy/policy.ts';

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

/** Names one state of an acknowledgement, to tell who was told of it: equal for equal states. */
export function acknowledgementKey({ atMs, ended }: Acknowledgement): string {
  return `${atMs}${ended ? ':ended' : ''}`;
}
