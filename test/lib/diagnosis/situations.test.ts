import { describe, expect, it } from 'vitest';
import type { Cause, Confidence, Diagnosis } from '../../../src/lib/diagnosis/diagnosis.ts';
import {
  diagnoseSituation,
  logRows,
  offsetMs,
  readSituations,
  requestOf,
  type Situation,
} from './situation.ts';

const situations = readSituations();
const answers = new Map<string, Diagnosis>();

/** Confidence is a promise that can be measured (docs/diagnosis.md#how-a-cause-is-found); `low` is a hint. */
const promised: Record<Confidence, number> = { high: 0.98, medium: 0.85, low: 0 };

/** What a reader of the logs would do first: take the code with the most error rows. */
function mostFrequentCode(situation: Situation): Cause {
  const ids = new Set(requestOf(situation).devices.map(({ deviceId }) => deviceId));
  const own = logRows(situation).filter(({ properties_s }) =>
    ids.has(JSON.parse(String(properties_s)).deviceId),
  );
  const codes = own.map(({ ResultType }) => String(ResultType)).filter((code) => code !== '');
  const code = [...Map.groupBy(codes, (each) => each)].sort(([, a], [, b]) => b.length - a.length)[0]?.[0];
  if (code === undefined) return 'unknown';
  const byCode: Record<string, Cause> = {
    '404104': ids.size > 1 ? 'siteUplink' : 'device',
    '400027': 'identityClash',
    '409002': 'identityClash',
    '403001': 'administrative',
    '403012': 'administrative',
    '404001': 'administrative',
    '403002': 'quota',
    '404012': 'cloud',
    '400029': 'cloud',
  };
  const byFamily: Record<string, Cause> = {
    '401': 'credentials',
    '429': 'throttling',
    '500': 'cloud',
    '503': 'cloud',
  };
  return byCode[code] ?? byFamily[code.slice(0, 3)] ?? 'unknown';
}

const isRight = ({ expected }: Situation, cause: Cause) =>
  cause === expected.cause || expected.acceptable.includes(cause);
const isDangerous = ({ expected }: Situation, cause: Cause) => expected.dangerous.includes(cause);

describe('recorded situations', () => {
  it.each(situations.map((situation) => [situation.name, situation] as const))(
    '%s',
    async (name, situation) => {
      const diagnosis = await diagnoseSituation(situation);
      answers.set(name, diagnosis);
      const { expected } = situation;
      const told = JSON.stringify({
        cause: diagnosis.cause,
        evidence: diagnosis.evidence,
        summary: diagnosis.summary,
      });
      expect(isDangerous(situation, diagnosis.cause), `wrong way: ${told}`).toBe(false);
      expect(diagnosis.status).toBe(expected.status);
      const portal = diagnosis.steps.map((step) => /^(In the portal|For a support request)/.test(step));
      expect(portal, 'the floor comes first').toEqual(portal.toSorted());
      expect(portal.length).toBeLessThanOrEqual(8);
      expect(diagnosis.steps.join()).not.toMatch(/\{\w+\}/);
      if (!isRight(situation, diagnosis.cause)) return;
      for (const step of expected.steps) expect(diagnosis.steps.join('\n')).toMatch(new RegExp(step));
      for (const [device, at] of Object.entries(expected.lostAt)) {
        expect(diagnosis.lostAtMs[device]).toBe(Date.parse(situation.now) + offsetMs(at));
      }
      if (diagnosis.cause === 'unknown' && expected.status === 'available')
        expect(diagnosis.evidence.against).not.toEqual([]);
    },
  );

  it('are right or acceptable in at least 97 %, better than the most frequent code', () => {
    const judged = situations.map((situation) => {
      const cause = answers.get(situation.name)!.cause;
      const simple = mostFrequentCode(situation);
      return {
        situation,
        cause,
        simple,
        right: isRight(situation, cause),
        simplyRight: isRight(situation, simple),
      };
    });
    const count = (test: (each: (typeof judged)[number]) => boolean) => judged.filter(test).length;
    const exact = count(({ situation, cause }) => situation.expected.cause === cause);
    const right = count((each) => each.right);
    const simplyRight = count((each) => each.simplyRight);
    const simplyDangerous = count(({ situation, simple }) => isDangerous(situation, simple));
    const misses = judged
      .filter((each) => !each.right)
      .map(({ situation, cause }) => `${situation.name}: ${cause}`);
    console.log(
      `${situations.length} situations: right or acceptable ${right} (exactly ${exact}), wrong way 0; ` +
        `most frequent code: right or acceptable ${simplyRight}, wrong way ${simplyDangerous}${misses.length ? `\nmissed: ${misses.join('; ')}` : ''}`,
    );
    expect(situations.length).toBeGreaterThanOrEqual(70);
    expect(right / situations.length).toBeGreaterThanOrEqual(0.97);
    expect(right).toBeGreaterThan(simplyRight);
  });

  it('are called with a confidence that holds', async () => {
    const all = [...situations, ...readSituations('independent-a')];
    const told = await Promise.all(
      all.map(async (situation) => ({
        situation,
        diagnosis: answers.get(situation.name) ?? (await diagnoseSituation(situation)),
      })),
    );
    const lines = (Object.keys(promised) as Confidence[]).map((confidence) => {
      const said = told.filter(({ diagnosis }) => diagnosis.confidence === confidence);
      const right = said.filter(({ situation, diagnosis }) => isRight(situation, diagnosis.cause));
      return { confidence, said: said.length, share: said.length === 0 ? 1 : right.length / said.length };
    });
    console.log(
      `${all.length} situations: ${lines.map(({ confidence, said, share }) => `${confidence} right in ${(100 * share).toFixed(0)} % of ${said}`).join(', ')}`,
    );
    for (const { confidence, said, share } of lines) {
      expect(share, confidence).toBeGreaterThanOrEqual(promised[confidence]);
      // A promise that is never made is easily kept.
      expect(said, confidence).toBeGreaterThanOrEqual(0.1 * all.length);
    }
  }, 60_000);
});
