import type { Cause, Confidence } from '../diagnosis.ts';
import type { Facts } from '../stories/facts.ts';

/** A cause that may explain the loss of some devices, and what that takes. */
export type Explanation = {
  readonly cause: Cause;
  /** What has to be assumed and what is contradicted, in nats; the cheapest explanation wins. */
  readonly cost: number;
  /** The most that its evidence can carry, however far behind the others are. */
  readonly atMost: Confidence;
  /** Keys of the notice's devices that it explains. */
  readonly devices: readonly string[];
  readonly evidence: { readonly for: readonly string[]; readonly against: readonly string[] };
  /** Codes that carry the cause: what the catalogue advises on them belongs to the steps. */
  readonly codes: readonly string[];
};

/** Weighs the facts, or has nothing to say. */
export type Explain = (facts: Facts) => Explanation | null;

export type Sentence = string | false | null | undefined;

export function explanation(
  part: Pick<Explanation, 'cause' | 'cost' | 'atMost' | 'devices'> & {
    readonly for: readonly Sentence[];
    readonly against?: readonly Sentence[];
    readonly codes?: readonly string[];
  },
): Explanation {
  const { against = [], codes = [], ...rest } = part;
  const said = (sentences: readonly Sentence[]) =>
    sentences.filter((each) => typeof each === 'string').map(capital);
  const { cause, cost, atMost, devices } = rest;
  return { cause, cost, atMost, devices, codes, evidence: { for: said(part.for), against: said(against) } };
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
