import { describe, expect, it } from 'vitest';
import { type FieldTable, namesOfKind } from '../../../src/lib/fields/fieldTable.ts';
import { completeSection, defaultsOf, partialSection } from '../../../src/lib/fields/tableSection.ts';

const table = {
  wait: { kind: 'duration', default: '5m', longest: '10m', says: '' },
  part: { kind: 'percentage', default: '50%', says: '' },
  atLeast: { kind: 'count', default: 20, says: '' },
  level: { kind: 'choice', values: ['low', 'high'], says: '' },
  alarm: {
    kind: 'switchable',
    says: '',
    fields: {
      window: { kind: 'duration', default: '20m', says: '' },
      startAt: { kind: 'percentage', default: '30%', says: '' },
    },
  },
} as const satisfies FieldTable;

const defaults = {
  waitMs: 300_000,
  part: 0.5,
  atLeast: 20,
  level: null,
  alarm: { windowMs: 1_200_000, startAt: 0.3 },
};

describe('a section of every field', () => {
  it.each([
    ['nothing', {}, {}],
    ['every kind', { wait: '1s', part: '1%', atLeast: 1 }, { waitMs: 1_000, part: 0.01, atLeast: 1 }],
    ['a choice', { level: 'high' }, { level: 'high' }],
    ['a part of a map', { alarm: { window: '1h' } }, { alarm: { windowMs: 3_600_000, startAt: 0.3 } }],
    ['what is switched off', { alarm: 'off' }, { alarm: null }],
    ['what YAML made of off', { alarm: false }, { alarm: null }],
  ])('reads %s and fills in the rest', (_, written, read) => {
    expect(completeSection(table).parse(written)).toEqual({ ...defaults, ...read });
  });

  it.each([
    [{ wait: '11m' }, 'is out of range; use a number and a unit, like 30s, 5m, 4h or 7d, from 1s to 10m'],
    [{ part: 0.5 }, 'is not a percentage; use a number from 0% to 100%, like 50%'],
    [{ atLeast: 0 }, 'is too small; use a whole number of at least 1, like 20'],
    [{ level: 'mid' }, 'is not accepted here; use one of low, high'],
    [{ alarm: 'on' }, 'is not off or a map; use off, or a map with window and startAt'],
    [{ wiat: '5m' }, 'is not a known key; did you mean "wait"?'],
  ])('refuses %j', (written, message) => {
    expect(completeSection(table).safeParse(written).error?.issues[0]?.message).toBe(message);
  });
});

describe('a section of the fields that are given', () => {
  it.each([
    ['nothing', {}, {}],
    ['one field', { wait: '1s' }, { waitMs: 1_000 }],
    ['a key without a value', { wait: undefined }, {}],
    ['a part of a map', { alarm: { window: '1h' } }, { alarm: { windowMs: 3_600_000 } }],
    ['what is switched off', { alarm: 'off' }, { alarm: null }],
  ])('reads %s and nothing else', (_, written, read) => {
    expect(partialSection(table).parse(written)).toEqual(read);
  });
});

it('knows what holds when nothing is written', () => {
  expect(defaultsOf(table)).toEqual(defaults);
});

it('knows the fields of a kind, those within others too', () => {
  expect(namesOfKind(table, 'percentage')).toEqual(['part', 'startAt']);
});
