import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import { pendingDiagnosis } from '../diagnosis/unexplained.ts';
import type { DiagnosisRecord, Incident } from './incident.ts';
import { isWorse } from './rank.ts';

/** A diagnosis found for this many devices or more bears slight growth: up to this share of them. */
const large = { from: 100, bears: 0.03 };

/** The marks of an incident's facts that a diagnosis is found for. They are few, however many members it has. */
export function marksOf({ members, severity }: Incident): DiagnosisRecord['about'] {
  const marks = { members: 0, flapping: 0, newestLossMs: 0, lossSum: 0, severity };
  for (const { state, lostAtMs } of members.values()) {
    marks.members += 1;
    // Each change of a flapping device is another loss, and nothing new.
    if (state === 'flapping') marks.flapping += 1;
    else {
      marks.newestLossMs = Math.max(marks.newestLossMs, lostAtMs ?? 0);
      marks.lossSum = withLoss(marks.lossSum, lostAtMs);
    }
  }
  return marks;
}

/** Stays exact, however many losses there are. */
const sumLimit = 1e15;

function withLoss(sum: number, lostAtMs: number | null): number {
  return (sum + (lostAtMs ?? 0)) % sumLimit;
}

/**
 * Whether a diagnosis is of what is true now. It is outgrown by devices that joined, by one that came back and fell
 * again, by one that began to flap, and by a rise in severity. Devices that came back leave it as it is.
 */
export function fits({ about }: DiagnosisRecord, incident: Incident): boolean {
  if (isWorse(incident.severity, about.severity)) return false;
  const now = marksOf(incident);
  const fellSince = now.newestLossMs > about.newestLossMs ? lostSince(incident, about.newestLossMs) : 0;
  // An event that came late: one of the same devices fell again before the newest loss that was asked about.
  const same = now.members === about.members && now.flapping === about.flapping;
  const fellBefore = same && about.lossSum !== undefined && about.lossSum !== now.lossSum ? 1 : 0;
  const joined = now.members - about.members;
  const news = Math.max(joined, fellSince, fellBefore, now.flapping - about.flapping);
  return news <= (about.members >= large.from ? about.members * large.bears : 0);
}

/** How many members are down by a loss later than that. */
function lostSince({ members }: Incident, atMs: number): number {
  let count = 0;
  for (const { state, lostAtMs } of members.values()) {
    if (state === 'down' && (lostAtMs ?? 0) > atMs) count += 1;
  }
  return count;
}

/** What may be told of the cause of an incident as it is now; null: nothing that was found for these facts. */
export function fittingDiagnosis(record: DiagnosisRecord | null, incident: Incident): Diagnosis | null {
  return record !== null && fits(record, incident) ? record.diagnosis : null;
}

/** What is told of the cause: nothing yet, where nothing fits. Instants of losses that were found before stay known. */
export function diagnosisToTell(record: DiagnosisRecord | null, incident: Incident): Diagnosis {
  const instants = record?.diagnosis.lostAtMs ?? {};
  return fittingDiagnosis(record, incident) ?? { ...pendingDiagnosis, lostAtMs: instants };
}

/**
 * What is known once the logs have answered. An answer about facts that the known diagnosis does not fit takes its place
 * and begins the askings anew; trouble with logs that answered before is taken to pass. An answer about the same facts
 * must not take away what an earlier one found.
 * @param incident as it was asked about
 */
export function recordAfter(
  known: DiagnosisRecord | null,
  incident: Incident,
  found: Diagnosis,
  nowMs: number,
): DiagnosisRecord {
  const answer = withInstants(found, known);
  const { incidentId } = incident;
  const about = marksOf(incident);
  if (known === null || !fits(known, incident)) {
    const passing = known !== null && known.diagnosis.status !== 'unavailable';
    const diagnosis = passing && answer.status === 'unavailable' ? askedAgain(answer) : answer;
    return { incidentId, diagnosis, firstAskedAtMs: nowMs, asked: 1, about };
  }
  const { firstAskedAtMs } = known;
  const asked = known.asked + 1;
  const isBetter = answer.status === 'available' || known.diagnosis.status !== 'available';
  return isBetter
    ? { incidentId, diagnosis: answer, firstAskedAtMs, asked, about }
    : { ...known, firstAskedAtMs, asked };
}

/** The instant of a loss that was told once is not taken back. */
function withInstants(answer: Diagnosis, known: DiagnosisRecord | null): Diagnosis {
  const instants = known?.diagnosis.lostAtMs ?? {};
  if (Object.keys(instants).every((key) => Object.hasOwn(answer.lostAtMs, key))) return answer;
  return { ...answer, lostAtMs: { ...instants, ...answer.lostAtMs } };
}

function askedAgain(answer: Diagnosis): Diagnosis {
  return { ...answer, status: 'pending', unavailableBecause: null };
}
