import { codeEntry } from '../catalogue/codes.ts';
import type { Cause, Confidence } from '../diagnosis.ts';
import type { DeviceStory, Ending } from '../stories/deviceStory.ts';
import type { Facts } from '../stories/facts.ts';
import { type Explanation, explanation, ofAll, type Sentence } from './explanation.ts';

/*
 * What the rows themselves say: a refusal, a goodbye, a fight, a renewal. Each explains the devices that it was said to,
 * and no others. None of them costs an assumption; how many devices it explains decides whether it leads.
 */

/** Devices of the notice whose rows say the same. */
export type Voice = { readonly facts: Facts; readonly stories: readonly DeviceStory[] };

export function voiceOf(facts: Facts, ...endings: Ending[]): Voice | null {
  const stories = facts.stories.filter(({ ending }) => endings.includes(ending));
  return stories.length > 0 ? { facts, stories } : null;
}

/** What a voice says as an explanation of its devices. */
export function voiced(
  { stories }: Voice,
  cause: Cause,
  atMost: Confidence,
  says: readonly Sentence[],
  against: readonly Sentence[] = [],
  codes: readonly string[] = [],
): Explanation {
  return explanation({
    cause,
    cost: 0,
    atMost,
    devices: stories.map(({ key }) => key),
    for: says,
    against,
    codes,
  });
}

/** The codes that the devices met, three at most. */
export function codesOf({ stories }: Voice): string[] {
  return [...new Set(stories.map(({ code }) => code))].sort().slice(0, 3);
}

/** `403012 DeviceDisabled`. */
export function namesOf(voice: Voice): string {
  return codesOf(voice)
    .map((code) => (code === '' ? 'no code' : `${code} ${codeEntry(code).name}`))
    .join(', ');
}

/** Of all devices of the notice: what one device met is no reason for the others. */
export function portion({ facts, stories }: Voice): string {
  return ofAll(stories.length, facts.stories.length);
}
