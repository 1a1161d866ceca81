import { quietAt } from '../control/quiet.ts';
import { type ControlledDecision, decideUnderControls } from './decideUnderControls.ts';
import { answeredKeyOf } from './diagnosisSchedule.ts';
import type { Incident } from './incident.ts';
import { severityOf, troubleOf } from './observe.ts';
import { withoutQuiet } from './quietMembers.ts';
import { type RecipientsAt, recipientsOf } from './recipients.ts';
import { tallyOf } from './tally.ts';

/** What each receiver of an incident is to hear. */
export type Decisions = {
  /** Whoever is a recipient, would be one without controls, or was told before. */
  readonly receivers: readonly string[];
  of(receiver: string): ControlledDecision;
  /** A route waits for another cause than the one that is known, or for the first one. */
  readonly waitsForCause: boolean;
};

/** The one way in which it is decided what somebody hears: an evaluation goes it, and a delivery once more. */
export function decisionsOf(at: RecipientsAt): Decisions {
  const { rules, incident, told, policy, nowMs } = at;
  const seen = recipientsOf(at);
  const place = quietAt(rules, at.hub, at.site, nowMs);
  // Without a control that ends some time nobody is quiet.
  const freely = place.nextAtMs === null ? incident : withoutControls(at);
  const free = freely === incident ? seen : recipientsOf({ ...at, incident: freely });
  const diagnosisKey = answeredKeyOf(at.diagnosis, incident);
  const ledger = new Map(told.map((entry) => [entry.receiver, entry]));
  return {
    receivers: [...new Set([...seen.named, ...free.named, ...ledger.keys()])],
    waitsForCause: seen.waitsForCause,
    of: (receiver) =>
      decideUnderControls({
        seen: { incident, recipient: seen.of(receiver) },
        free: { incident: freely, recipient: free.of(receiver) },
        hearsAcknowledgements: rules.receivers.get(receiver)?.hearsAcknowledgements ?? false,
        told: ledger.get(receiver) ?? null,
        policy,
        diagnosisKey,
        nowMs,
        runs: ({ why, control }) => why !== 'muteTime' && place.runs({ why, control }),
      }),
  };
}

/** The incident as it would be if nothing were quiet; the same object when nothing is. */
function withoutControls({ incident, policy }: RecipientsAt): Incident {
  const tally = tallyOf(incident.members);
  if (tally.silenced === 0) return incident;
  const members = withoutQuiet(incident.members);
  const { tellableSinceMs: _tellable, ...plain } = incident;
  if (incident.subject.kind === 'hub') return { ...plain, members };
  const trouble = troubleOf(members, tallyOf(members), incident.identities);
  return { ...plain, members, severity: severityOf(trouble, incident.knownDevices, policy) };
}
