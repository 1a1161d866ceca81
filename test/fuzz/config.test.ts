import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { loadConfig } from '../../src/lib/config/loadConfig.ts';
import { formatProblem } from '../../src/lib/config/problem.ts';
import { mutated, mutatedText, oddValue } from './mutations.ts';

const sample = readFileSync(new URL('../../responder.config.yaml', import.meta.url), 'utf8');
const settings = {
  ONCALL_WEBHOOK_URL: 'https://on-call.example/hook',
  ONCALL_WEBHOOK_SECRET: `whsec_${Buffer.alloc(24, 7).toString('base64')}`,
};

/** Loaded, or refused with lines that say where and what. */
function expectsAnAnswer(text: string): 'loaded' | 'refused' {
  const result = loadConfig(text, 'fuzz.yaml', settings, { development: false });
  if (result.ok) return 'loaded';
  expect(result.problems).not.toEqual([]);
  for (const problem of result.problems) expect(formatProblem(problem)).toMatch(/^\S.*: .*\S/s);
  return 'refused';
}

it('loads the sample that is mutated here', () => {
  expect(expectsAnAnswer(sample)).toBe('loaded');
});

it('answers any text with a configuration or with its mistakes', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(mutatedText(sample), (text) => {
      seen.add(expectsAnAnswer(text));
    }),
    { numRuns: 400 },
  );
  expect(seen).toEqual(new Set(['loaded', 'refused']));
});

it('answers any structure with a configuration or with its mistakes', () => {
  const file = fc.oneof({ weight: 4, arbitrary: mutated(parse(sample)) }, { weight: 1, arbitrary: oddValue });
  fc.assert(
    fc.property(file, (structure) => {
      expectsAnAnswer(stringify(structure));
    }),
    { numRuns: 400 },
  );
});
