import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningAzurite, startAzurite } from '../../local/azurite.ts';
import type { Silence } from '../../src/lib/control/control.ts';
import { createControlStore } from '../../src/lib/store/controls.ts';
import { createTableRows } from '../../src/lib/store/tableRows.ts';
import { start } from '../support/events.ts';

let azurite: RunningAzurite;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.stop());

let tables = 0;
/** As many instances as a test wants, on a table of its own. */
function instances(count: number) {
  const { connectionString } = azurite;
  const table = `Controls${tables++}`;
  return Array.from({ length: count }, () =>
    createControlStore(createTableRows({ kind: 'connectionString', connectionString }, table)),
  );
}

const silence = (id: string, change: Partial<Silence> = {}): Silence => ({
  kind: 'silence',
  id,
  match: { hubs: ['hub-fleet-01'], sites: null, devices: ['a#b?c*', 'ø|/'] },
  fromMs: start,
  untilMs: start + 3_600_000,
  by: 'Åse "the boss" 🏭',
  reason: null,
  createdAtMs: start,
  ...change,
});

it('what one instance sets, others read', async () => {
  const [one, other] = instances(2);
  await one!.change(() => silence('sil_1'), start);
  expect(await other!.read(start)).toEqual({ version: 1, silences: [silence('sil_1')], windows: [] });
  expect(await other!.version()).toBe(1);
});

it('people who act at the same moment all act, and no version comes twice', async () => {
  const crowd = instances(6);
  const versions = await Promise.all(
    crowd.map(async (store, n) => (await store.change(() => silence(`sil_${n}`), start))?.version),
  );
  expect(versions.toSorted()).toEqual([1, 2, 3, 4, 5, 6]);
  expect((await crowd[0]!.read(start)).silences).toHaveLength(6);
});

it('of two who take the same back one does, and the other hears that it is over', async () => {
  const pair = instances(2);
  await pair[0]!.change(() => silence('sil_1'), start);
  const took = await Promise.all(
    pair.map((store, n) =>
      store.change(({ silences: [found] }) => {
        if (!found || found.takenBack) return null;
        return { ...found, takenBack: { by: `person ${n}`, atMs: start + n } };
      }, start),
    ),
  );
  expect(took.filter((controls) => controls !== null)).toHaveLength(1);
  expect((await pair[1]!.read(start)).version).toBe(2);
});

it('what is old goes with a change on the table too', async () => {
  const [store] = instances(1);
  const laterMs = start + 42 * 86_400_000;
  for (const id of ['sil_1', 'sil_2']) await store!.change(() => silence(id), start);
  await store!.change(() => silence('sil_3', { untilMs: laterMs + 1 }), laterMs);
  expect((await store!.read(start)).silences.map(({ id }) => id)).toEqual(['sil_3']);
});
