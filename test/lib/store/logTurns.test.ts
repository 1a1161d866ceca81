import { expect, it } from 'vitest';
import { createDueQuestions } from '../../../src/lib/store/dueQuestions.ts';
import { createLogTurns } from '../../../src/lib/store/logTurns.ts';
import { start } from '../../support/events.ts';
import { createMemoryRows } from '../../support/memoryRows.ts';

const leaseMs = 20_000;

it('lets as many ask as may at once, over all instances that share the rows', async () => {
  const rows = createMemoryRows();
  const [one, two] = [createLogTurns(rows), createLogTurns(rows)];
  const taken = await Promise.all([one, two, one, two, one].map((turns) => turns.take(2, start, leaseMs)));
  expect(taken.filter((turn) => turn !== null)).toHaveLength(2);
  await two.end(taken.find((turn) => turn !== null)!, start + 100);
  expect(await one.take(2, start + 200, leaseMs)).not.toBeNull();
  expect(await two.take(2, start + 200, leaseMs)).toBeNull();
});

it('goes on after a taker that died', async () => {
  const turns = createLogTurns(createMemoryRows());
  await turns.take(4, start, leaseMs);
  expect(await turns.take(2, start + leaseMs - 1, leaseMs)).toBeNull();
  expect(await turns.take(2, start + leaseMs, leaseMs)).not.toBeNull();
});

it('keeps no rows of turns that no longer count, and never gives a number twice', async () => {
  const rows = createMemoryRows();
  const turns = createLogTurns(rows);
  const numbers: number[] = [];
  for (let minute = 0; minute < 50; minute++) {
    const nowMs = start + minute * 60_000;
    const turn = await turns.take(2, nowMs, leaseMs);
    numbers.push(turn!.number);
    await turns.end(turn!, nowMs + 1_000);
  }
  expect(numbers).toEqual(Array.from({ length: 50 }, (_, index) => index));
  expect(rows.keys().length).toBeLessThanOrEqual(2);
});

it('takes away a row that cannot be read', async () => {
  const rows = createMemoryRows();
  await rows.commit('|logs', [{ kind: 'create', key: 't|000000000003', data: 'torn' }]);
  expect((await createLogTurns(rows).take(2, start, leaseMs))?.number).toBe(4);
  expect(rows.keys()).toEqual(['t|000000000004']);
});

const question = (id: string) =>
  ({
    key: { hub: 'hub-fleet-01', kind: 'site', id },
    incidentId: `inc_${id}`,
    devices: 20,
  }) as const;

it('has each waiting site of a hub on its list once, until somebody takes it', async () => {
  const list = createDueQuestions(createMemoryRows());
  await list.add('hub-fleet-01', [question('oslo'), question('bergen')]);
  await list.add('hub-fleet-01', [question('oslo')]);
  const waiting = await list.first('HUB-Fleet-01');
  expect(waiting).toEqual([question('bergen'), question('oslo')]);
  expect(await list.first('hub-fleet-02')).toEqual([]);
  expect(await list.take('hub-fleet-01', waiting)).toBe(true);
  expect(await list.take('hub-fleet-01', waiting)).toBe(false);
  expect(await list.first('hub-fleet-01')).toEqual([]);
});
