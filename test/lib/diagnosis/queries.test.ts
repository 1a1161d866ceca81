import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  readableQuery,
  rowsQuestions,
  surroundingsQuestion,
} from '../../../src/lib/diagnosis/logs/queries.ts';
import { azureDiagnostics, compile } from './kustoLanguage.ts';

const lostAtMs = Date.parse('2026-03-04T09:14:40Z');
const ask = { hubName: 'hub-fleet-01', lostAtMs, nowMs: lostAtMs + 5 * 60_000 };
const hostile = [
  'x"y',
  "x'y",
  'x\\',
  '") or true //',
  'a#b?c%d',
  '$;!*',
  '\n| take 1',
  '\u2028',
  'Ω',
  '😀',
  '\ud800',
];
const texts = [
  ...rowsQuestions({ ...ask, deviceIds: ['pump-017', ...hostile] }).map(({ query }) => query),
  surroundingsQuestion(ask).query,
  readableQuery({ ...ask, devices: 'these', deviceIds: hostile }),
  readableQuery({ ...ask, devices: 'all', deviceIds: ['pump-1', 'pump-2'] }),
];

type Node = ReturnType<typeof compile>;

/** The strings of the list after `in`, as Microsoft's parser reads them. */
function idsIn(node: Node): string[] {
  const children = [...Object.values(node.parts), ...node.items];
  if (node.kind === 'InExpression') return literals(node);
  return children.flatMap(idsIn);
}

function literals(node: Node): string[] {
  if (node.kind === 'StringLiteralExpression') return [node.literal];
  return [...Object.values(node.parts), ...node.items].flatMap(literals);
}

describe('queries', () => {
  it.each(texts.map((text, index) => [index, text]))(
    'text %i compiles against AzureDiagnostics',
    (_, text) => {
      expect(() => compile(text)).not.toThrow();
    },
  );

  it('compile before the first row, when properties_s does not exist', () => {
    const columns = azureDiagnostics.AzureDiagnostics.filter(({ name }) => name !== 'properties_s');
    for (const text of texts) expect(() => compile(text, { AzureDiagnostics: columns })).not.toThrow();
  });

  it('the check itself finds a misspelt column', () => {
    expect(() => compile(texts[0]!.replaceAll('ResultType', 'ResultTipe'))).toThrow(/ResultTipe/);
  });

  it('keep every id one string token that reads back as the id', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), { minLength: 1 }),
        (ids) => {
          const [question] = rowsQuestions({ ...ask, deviceIds: ids });
          expect(idsIn(compile(question!.query))).toEqual(ids);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keep a hub name from changing the query', () => {
    const { query } = surroundingsQuestion({ ...ask, hubName: 'x" or true or "' });
    expect(literals(compile(query))).toContain('x" or true or "');
  });

  it('ask for 1,000 devices and 200 that stayed in two texts', () => {
    const deviceIds = Array.from({ length: 1200 }, (_, index) => `oslo-${index}`);
    expect(rowsQuestions({ ...ask, deviceIds })).toHaveLength(2);
  });

  it('are equal texts within a minute, so that equal questions meet', () => {
    expect(surroundingsQuestion({ ...ask, nowMs: ask.nowMs + 10_000 })).toEqual(surroundingsQuestion(ask));
  });

  it('look back over one renewal, and at errors from ten minutes before the loss', () => {
    const [question] = rowsQuestions({ ...ask, deviceIds: ['pump-017'] });
    expect(question!.fromMs).toBe(Date.parse('2026-03-04T07:39:00Z'));
    expect(question!.query).toContain('datetime(2026-03-04T09:04:40.000Z)');
    expect(question!.toMs).toBeGreaterThan(ask.nowMs);
  });
});
