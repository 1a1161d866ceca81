import { describe, expect, it } from 'vitest';
import { momentsOf } from '../../support/siteMoments.ts';

type Method = (this: { size: number }, ...args: unknown[]) => unknown;

/** Replaces a method of all maps or sets by one that counts; answers what puts it back. */
function counting(of: typeof Map | typeof Set, name: PropertyKey, count: (size: number) => void): () => void {
  const real = Object.getOwnPropertyDescriptor(of.prototype, name)!;
  const method = real.value as Method;
  Object.defineProperty(of.prototype, name, {
    ...real,
    value(this: { size: number }, ...args: unknown[]) {
      count(this.size);
      return method.apply(this, args);
    },
  });
  return () => Object.defineProperty(of.prototype, name, real);
}

/** Steps in maps and sets: one for what is looked up or put in, their size for going through them. */
function stepsOf(run: () => void): number {
  let steps = 0;
  const one = () => {
    steps += 1;
  };
  const all = (size: number) => {
    steps += size;
  };
  const undo = [
    ...['get', 'set', 'has'].map((name) => counting(Map, name, one)),
    ...['keys', 'values', Symbol.iterator].map((name) => counting(Map, name, all)),
    ...['add', 'has'].map((name) => counting(Set, name, one)),
    ...['values', Symbol.iterator].map((name) => counting(Set, name, all)),
  ];
  try {
    run();
  } finally {
    for (const back of undo) back();
  }
  return steps;
}

describe.each([
  { per: 'site', most: 20 },
  { per: 'device', most: 60 },
] as const)('an evaluation, followed per $per,', ({ per, most }) => {
  const small = momentsOf(per, 500);
  const large = momentsOf(per, 5_000);

  it.each(Object.keys(small))('when %s, takes steps in proportion to the devices', (moment) => {
    const perDevice = stepsOf(small[moment]!) / 500;
    expect(perDevice).toBeLessThanOrEqual(most);
    expect(stepsOf(large[moment]!) / 5_000).toBeLessThanOrEqual(perDevice * 1.1);
  });
});
