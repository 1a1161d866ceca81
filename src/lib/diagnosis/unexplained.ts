import type { Diagnosis } from './diagnosis.ts';

/** What a notice says of the cause before anybody has asked. */
export const pendingDiagnosis: Diagnosis = {
  status: 'pending',
  cause: 'unknown',
  confidence: 'low',
  summary: 'The cause is not known yet.',
  errors: [],
  steps: [],
  evidence: { for: [], against: [] },
  unavailableBecause: null,
  also: [],
  lostAtMs: {},
};

/** A diagnosis that names no cause, and why. */
export function unexplained(unavailableBecause: string): Diagnosis {
  return { ...pendingDiagnosis, status: 'unavailable', unavailableBecause };
}
