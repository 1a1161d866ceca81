import { expect, it } from 'vitest';
import { createReceiverStates } from '../../../src/lib/store/receiverStates.ts';
import { createMemoryRows } from '../../support/memoryRows.ts';

it('a receiver that has asked for nothing may be called', async () => {
  expect((await createReceiverStates(createMemoryRows()).look('operators')).quietUntilMs).toBe(0);
});

it('quiet is asked for by each receiver for itself, on every instance, until the latest moment', async () => {
  const rows = createMemoryRows();
  const [one, two] = [createReceiverStates(rows), createReceiverStates(rows)];
  const seen: number[] = [];
  for (const untilMs of [5_000, 3_000, 9_000]) {
    await one.askQuiet('operators', untilMs);
    seen.push((await two.look('operators')).quietUntilMs);
  }
  expect(seen).toEqual([5_000, 5_000, 9_000]);
  expect((await two.look('manager')).quietUntilMs).toBe(0);
});

it('of two that ask in the same moment the later wins', async () => {
  const rows = createMemoryRows();
  const quiet = createReceiverStates(rows);
  await Promise.all([9_000, 5_000, 7_000].map((untilMs) => quiet.askQuiet('operators', untilMs)));
  expect((await quiet.look('operators')).quietUntilMs).toBe(9_000);
  await Promise.all([12_000, 15_000, 11_000].map((untilMs) => quiet.askQuiet('operators', untilMs)));
  expect((await quiet.look('operators')).quietUntilMs).toBe(15_000);
});

it('what cannot be read asks for nothing, and is replaced', async () => {
  const rows = createMemoryRows();
  await rows.commit('|receivers', [{ kind: 'put', key: 'operators', data: 'no JSON' }]);
  const quiet = createReceiverStates(rows);
  expect((await quiet.look('operators')).quietUntilMs).toBe(0);
  await quiet.askQuiet('operators', 5_000);
  expect((await quiet.look('operators')).quietUntilMs).toBe(5_000);
});
