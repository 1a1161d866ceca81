import { acknowledgementKey } from './acknowledgement.ts';
import { knownFrom } from './difference.ts';
import type { Incident, Notice, Told, ToldFacts } from './incident.ts';
import { isWorse } from './rank.ts';
import { isInTrouble } from './tally.ts';

/**
 * The facts of an incident as a notice of this moment tells them. Of what is quiet, or has begun where only ends are told,
 * a receiver knows what it was told before.
 */
export function factsOf(
  incident: Incident,
  diagnosisKey: string,
  told: Told | null = null,
  tells: 'everything' | 'ends' = 'everything',
): ToldFacts {
  const { acknowledged } = incident;
  const before = told?.facts ?? null;
  const known = knownFrom(before);
  const down: string[] = [];
  const flapping: string[] = [];
  for (const [key, member] of incident.members) {
    if (!isInTrouble(member)) continue;
    const isHidden = tells === 'ends' || member.quiet !== undefined;
    if (isHidden ? known.down.has(key) : member.state === 'down') down.push(key);
    if (isHidden ? known.flapping.has(key) : member.state === 'flapping') flapping.push(key);
  }
  const rose = tells === 'ends' && before !== null && isWorse(incident.severity, before.severity);
  return {
    severity: rose ? before.severity : incident.severity,
    down,
    flapping,
    diagnosisKey,
    ...(acknowledged ? { acknowledgement: acknowledgementKey(acknowledged) } : {}),
  };
}

/**
 * The facts that a receiver holds for true when it may have read an earlier wording besides the later one: whatever
 * was bad in either of them. What is good by now is then a difference, and is told; so is what only one of them said:
 * a device that is bad, the higher severity, either diagnosis.
 */
export function mergeFacts(earlier: ToldFacts | null, later: ToldFacts): ToldFacts {
  if (earlier === null) return later;
  const unsure = union(
    [...(earlier.unsure ?? []), ...(later.unsure ?? [])],
    [...differing(earlier.down, later.down), ...differing(earlier.flapping, later.flapping)],
  );
  return {
    severity: isWorse(earlier.severity, later.severity) ? later.severity : earlier.severity,
    down: union(earlier.down, later.down),
    flapping: union(earlier.flapping, later.flapping),
    ...unsureOf(unsure),
    diagnosisKey: earlier.diagnosisKey === later.diagnosisKey ? later.diagnosisKey : '',
    ...acknowledgementOf(earlier.acknowledgement === later.acknowledgement ? later : {}),
  };
}

/**
 * The facts of a notice that failed for good, after attempts that may have been read: what its last wording said is
 * not said again.
 */
export function factsAfterFailure(possiblyDelivered: ToldFacts | null, last: ToldFacts): ToldFacts {
  const { unsure = [], ...either } = mergeFacts(possiblyDelivered, last);
  const said = new Set([...last.down, ...last.flapping]);
  return {
    ...either,
    ...unsureOf(unsure.filter((key) => !said.has(key))),
    severity: last.severity,
    diagnosisKey: last.diagnosisKey,
    ...acknowledgementOf(last),
  };
}

const acknowledgementOf = ({ acknowledgement }: Pick<ToldFacts, 'acknowledgement'>) =>
  acknowledgement === undefined ? {} : { acknowledgement };

const unsureOf = (unsure: readonly string[]) => (unsure.length > 0 ? { unsure } : {});

function union(a: readonly string[], b: readonly string[]): string[] {
  return [...new Set([...a, ...b])].sort();
}

function differing(a: readonly string[], b: readonly string[]): string[] {
  const inA = new Set(a);
  const inB = new Set(b);
  return [...a.filter((key) => !inB.has(key)), ...b.filter((key) => !inA.has(key))];
}

/** What a receiver knows if it has read attempts that ended without an answer. */
export function assumingDelivered(told: Told, { possiblyDelivered }: Notice): Told {
  return possiblyDelivered === null ? told : { ...told, facts: mergeFacts(told.facts, possiblyDelivered) };
}

/** What a receiver knows when a notice on its way to it is given up: what it may have read of it counts as told. */
export function abandon(told: Told, notice: Notice): Told {
  return { ...assumingDelivered(told, notice), pendingNoticeId: null, failingSinceMs: null };
}
