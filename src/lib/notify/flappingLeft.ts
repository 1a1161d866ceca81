import type { Cause, Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Member } from '../incident/incident.ts';
import { causeInWords } from './words/causeInWords.ts';

/** Causes of what happened to the place or the hub: devices that are back prove them over. */
const wider: ReadonlySet<Cause> = new Set([
  'siteUplink',
  'gateway',
  'provider',
  'networkPolicy',
  'plannedStop',
  'quota',
  'throttling',
  'cloud',
]);

/** What to do about a connection that drops and comes back, whatever its cause. */
export const flappingSteps: readonly string[] = [
  'Check the network link of the devices that are flapping: cable, switch port, Wi-Fi or mobile signal.',
  'Check whether such a device keeps restarting: its power supply, its program.',
  'In the portal: open the logs and compare the errors that end its connections.',
];

/**
 * The diagnosis of an open incident, as far as it is about what is left of it. When everything that was offline is back and
 * only flapping is left, the cause of the outage is no longer what to work on.
 */
export function diagnosisOfWhatIsLeft(diagnosis: Diagnosis, members: readonly Member[]): Diagnosis {
  const anyDown = members.some(({ state }) => state === 'down');
  const anyFlapping = members.some(({ state }) => state === 'flapping');
  const anyBack = members.some(({ state, lostAtMs }) => state === 'back' && lostAtMs !== null);
  if (anyDown || !anyFlapping || !anyBack || !wider.has(diagnosis.cause)) return diagnosis;
  return {
    ...diagnosis,
    cause: 'unknown',
    confidence: 'low',
    summary: `What was offline is back; its likely cause was: ${lower(causeInWords(diagnosis.cause))}. What keeps some connections dropping is not known.`,
    steps: flappingSteps,
    evidence: { for: [], against: [] },
    also: [],
  };
}

function lower(words: string): string {
  return words[0]!.toLowerCase() + words.slice(1);
}
