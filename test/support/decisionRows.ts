import { expect } from 'vitest';
import { type Decision, decide, type SilentReason } from '../../src/lib/incident/decide.ts';
import type { Incident, Told } from '../../src/lib/incident/incident.ts';
import type { Recipient } from '../../src/lib/incident/recipients.ts';
import { configOf, osloConfig } from './configOf.ts';
import { start } from './events.ts';
import { routed } from './incidents.ts';
import { offsetMs } from './offsetMs.ts';

const { policy } = configOf(osloConfig);

/** A rule of what to say: what is true, what was told, and what follows. */
export type DecisionRow = {
  readonly rule: string;
  readonly incident: Incident;
  readonly told: Told | null;
  /** null: nothing leads to the receiver. */
  readonly recipient?: Recipient | null;
  readonly diagnosisKey?: string | null;
  /** `notice reason` and from when, or why nothing is said. */
  readonly says: `${string} ${string}` | SilentReason;
  readonly from?: string;
};

function inWords(decision: Decision): string {
  return decision.kind === 'say' ? `${decision.notice} ${decision.reason}` : decision.because;
}

export function expectDecisionRow({
  incident,
  told,
  recipient = routed,
  diagnosisKey = null,
  says,
  from,
}: DecisionRow): void {
  const sight = { incident, recipient, hides: 'quiet', hearsAcknowledgements: false } as const;
  const decision = decide(sight, told, policy, diagnosisKey);
  expect(inWords(decision)).toBe(says);
  if (decision.kind !== 'say') return;
  // A notice of now has no earliest time.
  expect(decision.atMs).toBe(from === undefined ? 0 : start + offsetMs(from));
}
