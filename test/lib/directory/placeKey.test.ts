import { expect, it } from 'vitest';
import { formatPlaceKey, parsePlaceKey, siteKeyOf } from '../../../src/lib/directory/placeKey.ts';

it('names a site by its hub without case and by its own id with case', () => {
  const site = { kind: 'site', id: 'Oslo' } as const;
  expect(siteKeyOf('HUB-Fleet-01', site)).toEqual({ hub: 'hub-fleet-01', kind: 'site', id: 'Oslo' });
  expect(formatPlaceKey({ hub: 'HUB-Fleet-01', ...site })).toBe('hub-fleet-01|site|Oslo');
  expect(formatPlaceKey({ hub: 'HUB-Fleet-01', kind: 'hub' })).toBe('hub-fleet-01|hub|hub-fleet-01');
});

it('keeps a site and a device that is its own site apart', () => {
  const keys = (['site', 'device'] as const).map((kind) => formatPlaceKey({ hub: 'hub', kind, id: 'oslo' }));
  expect(new Set(keys).size).toBe(2);
});

it.each(['oslo', 'a|b', 'hub|site|x', 'two\nlines', ' ', 'Ærø'])(
  'reads back a site that is called %j',
  (id) => {
    const key = { hub: 'hub-fleet-01', kind: 'site', id } as const;
    expect(parsePlaceKey(formatPlaceKey(key))).toEqual(key);
  },
);

it.each(['', 'hub', 'hub|site', 'hub|site|', '|site|oslo', 'hub|plant|oslo', null, 7])(
  'takes %j for no place',
  (text) => {
    expect(parsePlaceKey(text)).toBeNull();
  },
);
