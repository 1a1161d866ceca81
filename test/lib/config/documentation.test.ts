import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { loadConfig } from '../../../src/lib/config/loadConfig.ts';
import { jsonSchema } from '../../../src/lib/config/schema.ts';
import { windowFields } from '../../../src/lib/control/plannedWindow.ts';
import { descriptionOf, type FieldTable } from '../../../src/lib/fields/fieldTable.ts';
import { hubFields } from '../../../src/lib/policy/hubConfig.ts';
import { linkFields } from '../../../src/lib/policy/links.ts';
import { policyFields } from '../../../src/lib/policy/policyFields.ts';
import { deliveryFields, receiverFields } from '../../../src/lib/policy/receiver.ts';

const read = (name: string) => readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');
const page = read('docs/configuration.md');
const localSettings: { readonly Values: Readonly<Record<string, string>> } = JSON.parse(
  read('local.settings.sample.json'),
);

/** Every key of the file; those of the catalogue are codes and causes. */
function keysOf(schema: unknown): readonly string[] {
  if (Array.isArray(schema)) return schema.flatMap(keysOf);
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) => {
    if (key !== 'properties') return key === 'catalogue' ? [] : keysOf(value);
    const { catalogue: _, ...named } = value as Record<string, unknown>;
    return [...Object.keys(named), ...Object.values(named).flatMap(keysOf)];
  });
}

/** The beginning of each field's row: its name, what it means and its default, if it has one. */
function rowsOf(table: FieldTable, around = ''): readonly (readonly [string, string])[] {
  return Object.entries(table).flatMap(([name, field]) => {
    const holds = 'default' in field ? ` \`${field.default}\`` : '';
    const row = `| \`${around}${name}\` | ${descriptionOf(field)} |${holds}`;
    const inside = 'fields' in field ? rowsOf(field.fields, `${name}.`) : [];
    return [[`${around}${name}`, row] as const, ...inside];
  });
}

describe('docs/configuration.md', () => {
  it.each([...new Set(keysOf(jsonSchema()))])('names %s', (key) => {
    expect(page).toMatch(new RegExp(`[\`.]${key}[\`.]`));
  });

  it.each(
    [policyFields, deliveryFields, hubFields, receiverFields, windowFields, linkFields].flatMap((table) =>
      rowsOf(table),
    ),
  )('says of %s what its table says', (_, row) => {
    expect(page.split('\n').filter((line) => line.startsWith(row))).toHaveLength(1);
  });

  it('shows a catalogue that is accepted', () => {
    const [, example = ''] = /```yaml\n(.*?)```/s.exec(page) ?? [];
    expect(parseDocument(example).errors).toEqual([]);
    const file = `receivers: {}\nroutes: []\n${example}`;
    expect(loadConfig(file, 'docs', {}, { development: false }).ok).toBe(true);
  });
});

describe('local.settings.sample.json', () => {
  it('makes the sample configuration work', () => {
    const { RESPONDER_CONFIG = '' } = localSettings.Values;
    expect(
      loadConfig(read(RESPONDER_CONFIG), RESPONDER_CONFIG, localSettings.Values, { development: true }).ok,
    ).toBe(true);
  });
});
