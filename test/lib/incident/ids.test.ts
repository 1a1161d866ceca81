import { describe, expect, it } from 'vitest';
import type { PlaceKey } from '../../../src/lib/directory/placeKey.ts';
import { incidentIdOf, noticeIdOf, placeTag, placeTagOf } from '../../../src/lib/incident/ids.ts';
import { start } from '../../support/events.ts';

const oslo: PlaceKey = { hub: 'hub-fleet-01', kind: 'site', id: 'oslo' };
const ofSite = { kind: 'site' } as const;

describe('the id of an incident', () => {
  const id = incidentIdOf(oslo, ofSite, start);

  it('is the same for the same subject and moment, and leads to its place', () => {
    expect(incidentIdOf({ ...oslo, hub: 'HUB-Fleet-01' }, ofSite, start)).toBe(id);
    expect(placeTagOf(id)).toBe(placeTag(oslo));
  });

  it.each([
    { other: 'moment', get: () => incidentIdOf(oslo, ofSite, start + 1) },
    { other: 'device', get: () => incidentIdOf(oslo, { kind: 'device', key: 'oslo-1' }, start) },
    { other: 'site', get: () => incidentIdOf({ ...oslo, id: 'bergen' }, ofSite, start) },
    { other: 'hub', get: () => incidentIdOf({ ...oslo, hub: 'hub-02' }, ofSite, start) },
    { other: 'kind of place', get: () => incidentIdOf({ ...oslo, kind: 'device' }, ofSite, start) },
    {
      other: 'subject, the hub itself',
      get: () => incidentIdOf({ hub: oslo.hub, kind: 'hub' }, { kind: 'hub', level: null }, start),
    },
  ])('of another $other is another', ({ get }) => {
    expect(get()).not.toBe(id);
  });

  it('of a hub does not change with its numbers', () => {
    const level = { connected: 1, expected: 2, explained: 0, ended: null };
    const hub = { hub: 'hub', kind: 'hub' } as const;
    expect(incidentIdOf(hub, { kind: 'hub', level }, start)).toBe(
      incidentIdOf(hub, { kind: 'hub', level: null }, start),
    );
  });
});

it.each([
  '',
  'inc_',
  'inc_nobody',
  `inc_${'a'.repeat(27)}`,
  `inc_${'a'.repeat(29)}`,
  `ntc_${'a'.repeat(28)}`,
  `inc_${'|'.repeat(28)}`,
])('%j is no incident’s id', (text) => {
  expect(placeTagOf(text)).toBeNull();
});

it('each notice of an incident to a receiver has an id of its own, fit for a header', () => {
  const ids = ['inc_1', 'inc_2'].flatMap((incidentId) =>
    ['operators', 'operators1', 'manager'].flatMap((receiver) =>
      [1, 2, 11, 12].map((n) => noticeIdOf({ incidentId }, receiver, n)),
    ),
  );
  expect(new Set(ids).size).toBe(24);
  for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
});
