// What is kept of every event: nothing is lost in a crash, a flood or a move, and a row stays small.
import { expect, it } from 'vitest';
import { eventsOf } from '../../src/lib/device/recentEvents.ts';
import { siteKeyOf } from '../../src/lib/directory/placeKey.ts';
import { placeOf } from '../../src/lib/directory/placeOf.ts';
import type { Rules } from '../../src/lib/policy/rules.ts';
import { configOf, osloConfig } from '../support/configOf.ts';
import { type RawEvent, start } from '../support/events.ts';
import { connected, disconnected, Instance } from '../support/instance.ts';

const config = configOf(osloConfig);
const moved = configOf(osloConfig.replace('sites:', 'sites:\n  - { id: bergen, devices: ["oslo-0"] }'), 1);
const id = { deviceId: 'oslo-0', moduleId: null };
const dayMs = 24 * 60 * 60_000;

const change = (n: number, atMs: number): RawEvent =>
  (n % 2 ? disconnected : connected)('oslo-0', atMs, n + 1);

/** Sequence numbers of all events on record, at the sites that these rules give the device. */
async function onRecord(one: Instance, ...rules: readonly Rules[]): Promise<number[]> {
  const numbers = new Set<number>();
  for (const each of rules.length > 0 ? rules : [config]) {
    const key = siteKeyOf('hub-fleet-01', placeOf(each, id.deviceId));
    const past = await one.app.deviceEvents.ofDevice(
      key,
      id,
      start - dayMs,
      Number.POSITIVE_INFINITY,
      one.nowMs,
    );
    const stored = (await one.app.fleet.devices(key, [id])).get('oslo-0');
    const runs = [...past.map(({ events }) => events), stored?.recent ?? null];
    for (const { sequenceNumber } of runs.flatMap(eventsOf))
      numbers.add(Number.parseInt(sequenceNumber!, 16));
  }
  return [...numbers].sort((a, b) => a - b);
}

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n + 1);

it('ten events a second for a minute: all on record, at one write each and one more for each 32', async () => {
  const one = new Instance(config);
  await one.receive(change(0, start));
  let [rowsOfDevice, rowsOfHistory] = [0, 0];
  one.beforeCommit = (writes) => {
    if (writes.some(({ key }) => key.startsWith('d|'))) rowsOfDevice += 1;
    if (writes.some(({ key }) => /^\d{16}\|[\w-]{12}\|[\w-]{16}\|/.test(key))) rowsOfHistory += 1;
  };
  for (let n = 1; n < 600; n++) {
    one.nowMs = start + n * 100;
    await one.receive(change(n, one.nowMs));
  }
  expect(await onRecord(one)).toEqual(upTo(600));
  expect([rowsOfDevice, rowsOfHistory]).toEqual([599, Math.floor(599 / 32)]);
  expect(one.largestRow).toBeLessThan(5_000);
});

it('a death before any call: the event comes again, and nothing is missing or there twice', async () => {
  for (let death = 1; death <= 4; death++) {
    const one = new Instance(config);
    for (let n = 0; n < 32; n++) await one.at(`${n}m`).receive(change(n, start + n * 60_000));
    const dying = new Instance(config, one.rows).at('32m');
    dying.diesAt = death;
    await Promise.race([dying.receive(change(32, start + 32 * 60_000)), dying.death]);
    const next = new Instance(config, one.rows).at('33m');
    await next.receive(change(32, start + 32 * 60_000));
    await next.receive(change(33, start + 33 * 60_000));
    expect(await onRecord(next)).toEqual(upTo(34));
    const past = await next.app.deviceEvents.ofDevice(
      siteKeyOf('hub-fleet-01', placeOf(config, 'oslo-0')),
      id,
      start,
      Number.POSITIVE_INFINITY,
      next.nowMs,
    );
    expect(past.map(({ events }) => events.count)).toEqual([32]);
  }
});

it('two instances at the same device, with stale caches: nothing is lost', async () => {
  const one = new Instance(config);
  const two = new Instance(config, one.rows);
  for (let n = 0; n < 80; n++) await (n % 3 ? one : two).at(`${n}m`).receive(change(n, start + n * 60_000));
  expect(await onRecord(one.at('80m'))).toEqual(upTo(80));
});

it('a device that is given to another site and back keeps its events where they were received', async () => {
  const one = new Instance(config);
  for (let n = 0; n < 5; n++) await one.at(`${n}m`).receive(change(n, start + n * 60_000));
  const two = new Instance(moved, one.rows).at('6m');
  await two.evaluate({ partition: 'hub-fleet-01|site|oslo', rules: moved.version });
  for (let n = 5; n < 9; n++) await two.at(`${n + 2}m`).receive(change(n, start + (n + 2) * 60_000));
  expect(await onRecord(two)).toEqual(upTo(5));
  expect(await onRecord(two, moved)).toEqual([6, 7, 8, 9]);
  const back = configOf(osloConfig, 2);
  const three = new Instance(back, one.rows).at('20m');
  await three.evaluate({ partition: 'hub-fleet-01|site|bergen', rules: back.version });
  await three.at('21m').receive(change(9, start + 21 * 60_000));
  expect(await onRecord(three, config, moved)).toEqual(upTo(10));
});

it('a deleted device keeps its events, and what was ignored after the deletion', async () => {
  const one = new Instance(config);
  await one.receive(change(0, start));
  await one.at('1m').receive({ kind: 'DeviceDeleted', deviceId: 'oslo-0', atMs: start + 60_000 });
  await one.at('2m').receive(disconnected('oslo-0', start + 65_000, 2));
  const key = siteKeyOf('hub-fleet-01', placeOf(config, 'oslo-0'));
  const { recent } = (await one.app.fleet.devices(key, [id])).get('oslo-0')!;
  expect(eventsOf(recent).map(({ effect }) => effect)).toEqual(['firstSeen', 'deleted', 'tombstoned']);
});

it('what is older than the history is dropped by the day, newer days stay', async () => {
  const one = new Instance(config);
  for (let n = 0; n < 33; n++) await one.at(`${n}m`).receive(change(n, start + n * 60_000));
  await one.app.deviceEvents.dropBefore(start + dayMs / 2);
  expect(await onRecord(one)).toEqual(upTo(33));
  await one.app.deviceEvents.dropBefore(start + 2 * dayMs);
  expect(await onRecord(one)).toEqual([33]);
});

it('the rules that decided are kept without a secret, and decide the same again', async () => {
  const one = new Instance(config);
  await one.receive(change(0, start), change(1, start));
  await one.at('7m').evaluate();
  const [used] = await one.app.ruleVersions.all();
  expect(used).toMatchObject({ version: config.version, fromMs: start + 7 * 60_000 });
  const again = await one.app.ruleVersions.rulesOf(used!, moved);
  expect(again).toMatchObject({ sites: config.sites, policy: config.policy, routes: config.routes });
  expect([...again!.receivers.keys()]).toEqual([...config.receivers.keys()]);
  const text = one.rows
    .all()
    .map(({ row }) => row.data)
    .filter((data) => data.includes('"rules":{"'))
    .join();
  expect(text).toContain('operators');
  expect(text).not.toMatch(/@|https?:|secret|whsec/i);
});
