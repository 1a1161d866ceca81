import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import { fits, fittingDiagnosis } from './diagnosisFit.ts';
import type { DiagnosisRecord, Incident } from './incident.ts';

/**
 * Log rows lag by minutes (docs/platform.md#delay-of-log-rows), so the logs are asked again this long after the first
 * time.
 */
const askAgainAfterMs = [1, 3, 10, 20].map((minutes) => minutes * 60_000);

/** What a reader would do by a diagnosis: another cause or other steps are worth another notice, other counts are not. */
export function diagnosisKeyOf(diagnosis: Pick<Diagnosis, 'cause' | 'steps'>): string {
  return [diagnosis.cause, ...diagnosis.steps].join('\n');
}

/** The same of what is known of an incident; null: the logs have not answered about what is true now. */
export function answeredKeyOf(record: DiagnosisRecord | null, incident: Incident): string | null {
  const diagnosis = fittingDiagnosis(record, incident);
  return diagnosis?.status === 'available' ? diagnosisKeyOf(diagnosis) : null;
}

/** What has outgrown its diagnosis is asked about by the notice that says so, and without one not sooner than this. */
const askAnewAfterMs = 60_000;

/** When the logs are to be asked again about an open incident; null: not any more, or not before its first notice. */
export function nextAskAt(record: DiagnosisRecord | null, incident: Incident): number | null {
  if (record === null || incident.status === 'resolved') return null;
  if (!fits(record, incident)) return record.firstAskedAtMs + askAnewAfterMs;
  // A hub's own count explains itself, and where no logs are set up the same facts have the same cause.
  if (record.asked === 0) return null;
  const afterMs = askAgainAfterMs[record.asked - 1];
  return afterMs === undefined ? null : record.firstAskedAtMs + afterMs;
}
