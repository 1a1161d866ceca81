import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/lib/config/loadConfig.ts';

const rest = 'routes: [{ to: [operators] }]\n';
const operators = 'operators: { email: { to: ["ops@oslo.example"] } }';

/** Paths of the mistakes. */
function mistakes(text: string): string[] {
  const result = loadConfig(text, 'test.yaml', {}, { development: true });
  return result.ok ? [] : result.problems.map(({ path }) => path);
}

describe('thresholds of flapping', () => {
  it.each([
    { start: '30%', stop: '29%', path: [] },
    { start: '30%', stop: '30%', path: ['policy.flapping.stopAt'] },
    { start: '30%', stop: '31%', path: ['policy.flapping.stopAt'] },
  ])('that start at $start and stop at $stop: mistakes $path', ({ start, stop, path }) => {
    const flapping = `policy: { flapping: { startAt: ${start}, stopAt: ${stop} } }\n`;
    expect(mistakes(`${flapping}receivers: { ${operators} }\n${rest}`)).toEqual(path);
  });
});

describe('delays between attempts', () => {
  it.each([
    { first: '1m', max: '2m', path: [] },
    { first: '2m', max: '2m', path: [] },
    { first: '3m', max: '2m', path: ['delivery.retryFirst'] },
  ])('that begin at $first and grow to $max: mistakes $path', ({ first, max, path }) => {
    const delivery = `delivery: { retryFirst: ${first}, retryMax: ${max} }\n`;
    expect(mistakes(`${delivery}receivers: { ${operators} }\n${rest}`)).toEqual(path);
  });
});

describe('fallbacks', () => {
  const chain = (...names: readonly string[]) => {
    const next = (index: number) => (names[index + 1] ? `, fallback: ${names[index + 1]}` : '');
    const own = names.slice(0, new Set(names).size);
    const all = own.map((name, index) => `${name}: { email: { to: ["a@b.example"] }${next(index)} }`);
    return `receivers: { ${all.join(', ')} }\n${rest.replace('operators', names[0]!)}`;
  };

  it.each([
    { names: ['a', 'b', 'c', 'd'], path: [] },
    { names: ['a', 'a'], path: ['receivers.a.fallback'] },
    { names: ['a', 'b', 'a'], path: ['receivers.a.fallback'] },
    { names: ['a', 'b', 'c', 'a'], path: ['receivers.a.fallback'] },
    { names: ['a', 'b', 'c', 'b'], path: ['receivers.b.fallback'] },
  ])('$names must end somewhere: mistakes $path', ({ names, path }) => {
    expect(mistakes(chain(...names))).toEqual(path);
  });
});
