import { expect, it } from 'vitest';
import { compareConfigs } from '../../../../src/lib/config/compare/compareConfigs.ts';
import { configOf, osloConfig } from '../../../support/configOf.ts';

const withDigest = (digest: string) => configOf(`${osloConfig}\ndigest: ${digest}`);
const one = '{ sites: [oslo], at: ["06:00", "22:00"], to: [operators] }';

it.each([
  ['nothing', `[${one}]`, `[${one}]`, []],
  ['a digest more', '[]', `[${one}]`, ['digest[0]: added']],
  ['one less', `[${one}]`, '[]', ['digest[0]: removed']],
  [
    'its times',
    `[${one}]`,
    `[${one.replace('22:00', '21:30')}]`,
    ['digest[0].at: 06:00, 22:00 → 06:00, 21:30'],
  ],
])('says of the digest: %s', (_, before, after, lines) => {
  expect(compareConfigs(withDigest(before), withDigest(after))).toEqual(lines);
});
