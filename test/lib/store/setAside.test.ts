import { afterEach, beforeEach, expect, it } from 'vitest';
import { setAside } from '../../../src/lib/store/setAside.ts';
import { createMemoryRows } from '../../support/memoryRows.ts';

const write = console.error;
beforeEach(() => {
  console.error = () => {};
});
afterEach(() => {
  console.error = write;
});

const bad = { kind: 'put', key: 'd|oslo-1', data: 'no JSON' } as const;

it('a row that cannot be read is kept under another key, as it was', async () => {
  const rows = createMemoryRows();
  await rows.commit('place', [bad]);
  await setAside(rows, 'place', [(await rows.get('place', bad.key))!]);
  expect(await rows.get('place', bad.key)).toBeNull();
  expect(await rows.get('place', 'x|u|d|oslo-1')).toMatchObject({ data: 'no JSON' });
});

it('a good row that somebody wrote meanwhile stays', async () => {
  const rows = createMemoryRows();
  await rows.commit('place', [bad]);
  const read = (await rows.get('place', bad.key))!;
  await rows.commit('place', [{ ...bad, data: '{}' }]);
  await setAside(rows, 'place', [read]);
  expect(await rows.get('place', bad.key)).toMatchObject({ data: '{}' });
});
