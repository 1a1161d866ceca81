import { causeEntry, fillIn } from './catalogue/causes.ts';
import { passesInWords } from './catalogue/codeEntry.ts';
import { codeEntry, isListed } from './catalogue/codes.ts';
import type { Diagnosis, ErrorCount } from './diagnosis.ts';
import type { DiagnosisRules } from './diagnosisRules.ts';
import { errorCounts } from './errorCounts.ts';
import { ofAll } from './explanations/explanation.ts';
import { judge, type Verdict } from './judge.ts';
import { leadingCodes, stepsOf } from './steps.ts';
import { type Facts, factsOf } from './stories/facts.ts';
import type { Observations } from './stories/observations.ts';

/**
 * What a notice says about the observations: cause, evidence, errors and steps. `unavailableBecause` is why the logs
 * could not be asked; then, and while they have no row yet, the cause rests on the pattern of the events alone.
 */
export function explain(
  observed: Observations,
  catalogue: DiagnosisRules['catalogue'],
  unavailableBecause: string | null = null,
): Diagnosis {
  const facts = factsOf(observed);
  const { lead: found, also } = judge(facts);
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
    steps: stepsOf([found, ...also], facts, errors, catalogue),
    evidence: {
      for: [...found.evidence.for, ...meaningsOf([found, ...also], facts, errors, catalogue)],
      against: [
        ...found.evidence.against,
        ...(status === 'available' && observed.surroundings === null
          ? ['The rest of the hub could not be checked in time.']
          : []),
        ...(observed.surroundingsCut ? ['Not all devices of the hub could be checked.'] : []),
      ],
    },
    unavailableBecause,
    lostAtMs,
    also: also.map((verdict) => ({
      cause: verdict.cause,
      confidence: verdict.confidence,
      devices: verdict.devices.length,
      summary: claimOf(verdict, facts, catalogue),
    })),
  };
}

/** Rows from before the loss, such as an earlier connect, say nothing about it. */
function statusOf({ spoken, settled }: Facts, unavailableBecause: string | null): Diagnosis['status'] {
  if (unavailableBecause !== null) return 'unavailable';
  return settled || spoken > 0 ? 'available' : 'pending';
}

function summaryOf(
  verdict: Verdict,
  facts: Facts,
  status: Diagnosis['status'],
  catalogue: DiagnosisRules['catalogue'],
): string {
  const { cause, evidence } = verdict;
  const { observed, stories, spoken } = facts;
  const sentences: string[] = [];
  if (cause !== 'unknown') {
    sentences.push(claimOf(verdict, facts, catalogue));
  } else if (status !== 'available') {
    sentences.push('The cause is not known yet.');
  } else if (evidence.against.length > 1) {
    sentences.push('The facts contradict each other, so no cause can be named.', ...evidence.against);
  } else {
    sentences.push('No cause can be named.', ...evidence.against);
  }
  if (status === 'available' && spoken === 0 && !sentences.some((each) => each.includes('no row'))) {
    sentences.push('The logs have no row about the loss.');
  }
  if (observed.logs === 'partial') sentences.push('The log result is incomplete.');
  else if (status === 'available' && spoken > 0 && spoken < stories.length && !facts.settled) {
    sentences.push(`So far the logs cover ${ofAll(spoken, stories.length)}.`);
  }
  return sentences.join(' ');
}

/** What the leading codes mean, whether they pass, and where the documentation tells more. */
function meaningsOf(
  verdicts: readonly Verdict[],
  facts: Facts,
  errors: readonly ErrorCount[],
  { codes }: DiagnosisRules['catalogue'],
): string[] {
  const listed = new Set(errors.map(({ code }) => code));
  const leading = [...verdicts.flatMap((verdict) => verdict.codes), ...leadingCodes(facts, errors)];
  return [...new Set(leading)]
    .filter((code) => listed.has(code))
    .slice(0, 2)
    .map((code) => {
      const description = errors.find((each) => each.code === code)?.name ?? '';
      const { name, meaning, passes, documentation } = codeEntry(code, description, codes);
      const page = isListed(code) ? ` See “${documentation}” in the IoT Hub documentation.` : '';
      return `${code} ${name}: ${meaning} ${passesInWords[passes]}${page}`;
    });
}

/** The cause in words and the first fact that speaks for it. */
function claimOf(
  { cause, confidence, evidence }: Verdict,
  { observed }: Facts,
  catalogue: DiagnosisRules['catalogue'],
): string {
  const words = { hub: observed.hubName, site: observed.site.name };
  const claim = fillIn(causeEntry(cause, catalogue.causes).claim, words);
  return [`${likely[confidence]} ${claim}.`, ...evidence.for.slice(0, 1)].join(' ');
}

const likely = { high: 'Very likely', medium: 'Probably', low: 'Possibly' };
