import type { Rules } from '../policy/rules.ts';
import { causeEntry, fillIn } from './catalogue/causes.ts';
import { judge } from './classify.ts';
import type { Diagnosis } from './diagnosis.ts';
import { errorCounts } from './errorCounts.ts';
import { type Facts, factsOf } from './facts.ts';
import type { Observations } from './observations.ts';
import { ofAll, type Verdict } from './rules/verdict.ts';
import { stepsOf } from './steps.ts';

/**
 * What a notice says about the observations: cause, evidence, errors and steps. `unavailableBecause` is why the logs
 * could not be asked; then, and while they have no row yet, the cause rests on the pattern of the events alone.
 */
export function explain(
  observed: Observations,
  catalogue: Rules['catalogue'],
  unavailableBecause: string | null = null,
): Diagnosis {
  const facts = factsOf(observed);
  const found = judge(facts);
  const status = statusOf(facts, unavailableBecause);
  const errors = errorCounts(facts, catalogue.codes);
  const lostAtMs = Object.fromEntries(
    facts.stories.flatMap((story) =>
      story.lossLogged && story.lostAtMs !== null ? [[story.key, story.lostAtMs]] : [],
    ),
  );
  return {
    status,
    cause: found.cause,
    confidence: found.confidence,
    summary: summaryOf(found, facts, status, catalogue),
    errors,
    steps: stepsOf(found, facts, errors, catalogue),
    evidence: {
      for: found.evidence.for,
      against: [
        ...found.evidence.against,
        ...(status === 'available' && observed.surroundings === null
          ? ['The rest of the hub could not be looked at in time.']
          : []),
        ...(observed.surroundingsCut ? ['Not all devices of the hub could be looked at.'] : []),
      ],
    },
    unavailableBecause,
    lostAtMs,
  };
}

/** Rows from before the loss, such as an earlier connect, say nothing about it. */
function statusOf({ spoken, settled }: Facts, unavailableBecause: string | null): Diagnosis['status'] {
  if (unavailableBecause !== null) return 'unavailable';
  return settled || spoken > 0 ? 'available' : 'pending';
}

function summaryOf(
  { cause, confidence, evidence }: Verdict,
  facts: Facts,
  status: Diagnosis['status'],
  catalogue: Rules['catalogue'],
): string {
  const { observed, stories, spoken } = facts;
  const sentences: string[] = [];
  if (cause !== 'unknown') {
    const claim = fillIn(causeEntry(cause, catalogue.causes).claim, {
      hub: observed.hubName,
      site: observed.site.name,
    });
    sentences.push(`${likely[confidence]} ${claim}.`, ...evidence.for.slice(0, 1));
  } else if (status !== 'available') {
    sentences.push('The cause is not known yet.');
  } else if (evidence.against.length > 1) {
    sentences.push('No cause can be named, because the facts contradict each other.', ...evidence.against);
  } else {
    sentences.push('No cause can be named.', ...evidence.against);
  }
  if (status === 'available' && spoken === 0 && !sentences.some((each) => each.includes('no row'))) {
    sentences.push('The logs have no row about the loss.');
  }
  if (observed.logs === 'partial') sentences.push('The log result is incomplete.');
  else if (status === 'available' && spoken > 0 && spoken < stories.length && !facts.settled) {
    sentences.push(`So far the logs have rows about ${ofAll(spoken, stories.length)}.`);
  }
  return sentences.join(' ');
}

const likely = { high: 'Very likely', medium: 'Probably', low: 'Possibly' };
