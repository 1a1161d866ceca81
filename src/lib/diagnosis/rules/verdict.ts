import type { Cause, Confidence } from '../diagnosis.ts';
import type { Facts } from '../facts.ts';

/** A cause with its evidence, in words for the reader. */
export type Verdict = {
  readonly cause: Cause;
  readonly confidence: Confidence;
  readonly evidence: { readonly for: readonly string[]; readonly against: readonly string[] };
  /** Codes that carry the cause: what the catalogue advises on them belongs to the steps. */
  readonly codes: readonly string[];
};

/** Judges the facts, or has nothing to say. */
export type Rule = (facts: Facts) => Verdict | null;

type Sentence = string | false | undefined;

export function verdict(
  cause: Cause,
  confidence: Confidence,
  speakFor: readonly Sentence[],
  against: readonly Sentence[] = [],
  codes: readonly string[] = [],
): Verdict {
  const said = (sentences: readonly Sentence[]) =>
    sentences.filter((each) => typeof each === 'string').map(capital);
  return { cause, confidence, evidence: { for: said(speakFor), against: said(against) }, codes };
}

/** `1 device`, `3 devices`. */
export function many(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `38 of 42 devices`, `all 42 devices`, `the device`. */
export function ofAll(part: number, all: number): string {
  if (part < all) return `${part} of ${many(all, 'device')}`;
  return all === 1 ? 'the device' : `all ${all} devices`;
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
