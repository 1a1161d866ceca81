import fc from 'fast-check';

/** Values at which parsers stumble. */
export const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(
    null,
    '',
    0,
    -1,
    1e308,
    true,
    [],
    {},
    '\u0000',
    '\ud800',
    '__proto__',
    '2026-13-45T99:99:99Z',
    '${',
    '🙂'.repeat(2_000),
  ),
  fc.constant({ toString: 1, valueOf: null, constructor: 7, toJSON: 'x' }),
  fc.integer({ min: 50, max: 300 }).map((depth) => {
    let nested: unknown = 'deep';
    for (let level = 0; level < depth; level++) nested = level % 2 === 0 ? [nested] : { nested };
    return nested;
  }),
);

type Change = {
  readonly steps: readonly number[];
  readonly kind: 'replace' | 'remove' | 'rename' | 'wrap';
  readonly value: unknown;
};

const change: fc.Arbitrary<Change> = fc.record({
  steps: fc.array(fc.nat({ max: 20 }), { maxLength: 4 }),
  kind: fc.constantFrom('replace', 'remove', 'rename', 'wrap'),
  value: oddValue,
});

/** A JSON value with one to three places changed: replaced, removed, renamed or wrapped. */
export function mutated(original: unknown): fc.Arbitrary<unknown> {
  return fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => {
    let value = structuredClone(original);
    for (const one of changes) value = changedAt(value, one.steps, one);
    return value;
  });
}

function changedAt(value: unknown, steps: readonly number[], { kind, value: odd }: Change): unknown {
  const [step, ...rest] = steps;
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  const key = step === undefined ? undefined : keys[step % Math.max(1, keys.length)];
  if (key === undefined) return kind === 'wrap' ? [value] : odd;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
  if (rest.length > 0) copy[key] = changedAt(copy[key], rest, { steps: rest, kind, value: odd });
  else if (kind === 'replace') copy[key] = odd;
  else if (kind === 'wrap') copy[key] = [copy[key]];
  else {
    const taken = copy[key];
    if (Array.isArray(copy)) copy.splice(Number(key), 1);
    else delete copy[key];
    if (kind === 'rename' && !Array.isArray(copy)) copy[`${key}s`] = taken;
  }
  return copy;
}

/** A text with one to four stretches removed, doubled, or overwritten. */
export function mutatedText(original: string): fc.Arbitrary<string> {
  const place = fc.nat({ max: original.length });
  const cut = fc.record({
    from: place,
    length: fc.nat({ max: 40 }),
    instead: fc.oneof(
      fc.constant(''),
      fc.constant(null),
      fc.string({ maxLength: 10 }),
      fc.string({ unit: 'binary', maxLength: 4 }),
      fc.constantFrom(
        '\t',
        ': ',
        '- ',
        '&a *a',
        '{',
        ']',
        '"',
        "'",
        '|\n',
        '#',
        '%',
        '!!binary ',
        '<<: ',
        '? ',
        '\n---\n',
      ),
    ),
  });
  return fc.array(cut, { minLength: 1, maxLength: 4 }).map((cuts) => {
    let text = original;
    for (const { from, length, instead } of cuts) {
      const removed = text.slice(from, from + length);
      text = text.slice(0, from) + (instead ?? removed + removed) + text.slice(from + length);
    }
    return text;
  });
}
