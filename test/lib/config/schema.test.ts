import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { jsonSchema } from '../../../src/lib/config/schema.ts';

const root = new URL('../../../', import.meta.url);
const checkedIn: unknown = JSON.parse(readFileSync(new URL('responder.config.schema.json', root), 'utf8'));

describe('responder.config.schema.json', () => {
  it('is fresh (npm run schema writes it)', () => {
    expect(checkedIn).toEqual(jsonSchema());
  });

  it.each([
    ['accepts the sample', (text: string) => text, true],
    [
      'accepts a setting for a duration',
      (text: string) => text.replace('remindEvery: 4h', `remindEvery: "$\{REMIND}"`),
      true,
    ],
    [
      'refuses a duration in words',
      (text: string) => text.replace('remindEvery: 4h', 'remindEvery: 4 hours'),
      false,
    ],
    [
      'refuses two channels',
      (text: string) => text.replace('email:', 'webhook: { url: a }\n    email:'),
      false,
    ],
    ['refuses an unknown key', (text: string) => `${text}\npolcy: {}`, false],
    ['refuses a receiver without a channel', (text: string) => text.replace('email:', 'fallback:'), false],
  ])('%s', (_, edit, accepted) => {
    const sample = readFileSync(new URL('responder.config.yaml', root), 'utf8');
    const edited: unknown = parse(edit(sample), { uniqueKeys: false });
    expect(new Ajv({ allowUnionTypes: true }).validate(jsonSchema(), edited)).toBe(accepted);
  });
});
