import { expect, it } from 'vitest';
import type { SiteKey } from '../../../src/lib/directory/placeKey.ts';
import { createKnownSites, type KnownSites } from '../../../src/lib/store/knownSites.ts';
import { createMemoryRows } from '../../support/memoryRows.ts';

const site = (id: string): SiteKey => ({ hub: 'hub-fleet-01', kind: 'site', id });

async function allOf(known: KnownSites): Promise<string[]> {
  const found: string[] = [];
  for await (const page of known.all()) found.push(...page.map(({ id }) => id));
  return found;
}

it('knows each site once, whoever noted it, however many pages they are', async () => {
  const rows = createMemoryRows();
  const ids = Array.from({ length: 5_000 }, (_, n) => `site-${n}`);
  const [one, two] = [createKnownSites(rows), createKnownSites(rows)];
  for (const id of ids) await one.note(site(id));
  await two.note(site('site-7'));
  expect((await allOf(two)).sort()).toEqual(ids.sort());
});

it('passes over what cannot be read and what is no site', async () => {
  const rows = createMemoryRows();
  const known = createKnownSites(rows);
  await known.note(site('oslo'));
  await rows.commit('|known|0', [
    { kind: 'put', key: 'a', data: 'no JSON' },
    { kind: 'put', key: 'b', data: '{"place":"hub|hub|hub"}' },
  ]);
  expect(await allOf(known)).toEqual(['oslo']);
});
