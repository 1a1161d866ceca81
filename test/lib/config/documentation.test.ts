import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { defaults } from '../../../src/lib/config/defaults.ts';
import { jsonSchema } from '../../../src/lib/config/jsonSchema.ts';
import { loadConfig } from '../../../src/lib/config/loadConfig.ts';

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

describe('docs/configuration.md', () => {
  it.each([...new Set(keysOf(jsonSchema()))])('names %s', (key) => {
    expect(page).toMatch(new RegExp(`[\`.]${key}[\`.]`));
  });

  it.each(
    Object.entries({
      ...defaults.policy,
      ...defaults.delivery,
      ...defaults.hub,
      fallbackAfter: defaults.fallbackAfter,
    }),
  )('gives the default of %s as %s', (field, value) => {
    const row = page.split('\n').find((line) => line.startsWith(`| \`${field}\` |`));
    expect(row).toContain(`\`${value}\``);
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
