// A configuration gives a device to another site while instances of both versions are at work.
import { expect, it } from 'vitest';
import type { RowWrite } from '../../src/lib/store/rowStore.ts';
import { configOf } from '../support/configOf.ts';
import { Crew } from '../support/crew.ts';
import { start } from '../support/events.ts';
import { connected, disconnected, Instance } from '../support/instance.ts';
import { offsetMs } from '../support/offsetMs.ts';

const at = (offset: string) => start + offsetMs(offset);
const rules = (sites: string, version = '0s') =>
  configOf(
    `
sites: ${sites}
receivers: { operators: { email: { to: ["ops@oslo.example"] } } }
routes: [{ to: [operators] }]`,
    at(version),
  );
const older = rules('[{ id: oslo, devices: ["oslo-*"] }, { id: bergen, devices: ["bergen-*"] }]');
const newer = rules(
  '[{ id: bergen, devices: ["bergen-*", "oslo-1"] }, { id: oslo, devices: ["oslo-*"] }]',
  '30s',
);
const partition = (site: string) => ({ partition: `hub-fleet-01|site|${site}` });

async function begin() {
  const a = new Instance(older);
  const b = new Instance(newer, a.rows);
  a.latestRules = async () => older;
  const crew = new Crew(a, b);
  await a.receive(
    connected('oslo-1', start, 1),
    connected('oslo-2', start, 1),
    connected('bergen-1', start, 1),
  );
  await crew.until('30s', a);
  return { a, b, crew };
}

/** Whether a transaction of the older site lets the device go, whatever its rows look like. */
const letsGo = (writes: readonly RowWrite[]) =>
  writes.some(({ kind, key }) => kind === 'remove' && key.includes('oslo-1'));

/** Everybody has the newer rules; both sites are looked at. */
async function told({ a, crew }: { a: Instance; crew: Crew }) {
  const c = new Instance(newer, a.rows);
  crew.joins(c);
  await c.evaluate(partition('oslo'));
  await c.evaluate(partition('bergen'));
  await crew.until('20m', c);
  return crew.believes('operators');
}

it('does not lose a device that is moved there and back', async () => {
  const play = await begin();
  const { a, b, crew } = play;
  await crew.until('1m', a);
  await a.receive(disconnected('oslo-1', at('1m'), 2));
  let armed = true;
  b.beforeCommit = async (writes) => {
    if (!armed || !letsGo(writes)) return;
    armed = false;
    await a.evaluate(partition('bergen')).catch(() => {});
  };
  await crew.until('2m', b);
  await b.evaluate(partition('oslo'));
  expect(await told(play)).toEqual(['oslo-1']);
});

it('keeps the newer row when the device is at both sites', async () => {
  const play = await begin();
  const { a, b, crew } = play;
  await b.evaluate(partition('oslo'));
  await crew.until('1m10s', b);
  await a.receive(disconnected('oslo-1', at('1m10s'), 2));
  await b.evaluate(partition('oslo'));
  expect(await told(play)).toEqual(['oslo-1']);
});

it('keeps an event that comes between the merge and the farewell', async () => {
  const play = await begin();
  const { a, b, crew } = play;
  let armed = true;
  b.beforeCommit = async (writes) => {
    if (!armed || !letsGo(writes)) return;
    armed = false;
    await a.receive(disconnected('oslo-1', at('1m'), 2));
  };
  await crew.until('1m', a);
  await b.evaluate(partition('oslo'));
  expect(await told(play)).toEqual(['oslo-1']);
});

it('does not take the loss at the older site for the present when the newer site knows of the return', async () => {
  const play = await begin();
  const { a, b, crew } = play;
  await b.evaluate(partition('oslo'));
  await crew.until('1m', a);
  await a.receive(disconnected('oslo-1', at('1m'), 2));
  await crew.until('2m', b);
  await b.receive(connected('oslo-1', at('2m'), 3));
  expect(await told(play)).toEqual([]);
  expect(crew.heard('operators')).toEqual([]);
});

it('tells the return of a device that moved while it was down', async () => {
  const play = await begin();
  const { a, b, crew } = play;
  await crew.until('1m', a);
  await a.receive(disconnected('oslo-1', at('1m'), 2));
  await crew.until('8m', a);
  expect(crew.believes('operators')).toEqual(['oslo-1']);
  await b.evaluate(partition('oslo'));
  // An instance with the older file takes the return.
  await a.receive(connected('oslo-1', at('8m'), 3));
  expect(await told(play)).toEqual([]);
});

it('does not bring a deleted device back by its row at the older site', async () => {
  const play = await begin();
  const { a, b, crew } = play;
  await b.evaluate(partition('oslo'));
  await crew.until('1m', a);
  await a.receive(disconnected('oslo-1', at('1m'), 2));
  await crew.until('2m', b);
  await b.receive({ kind: 'DeviceDeleted', deviceId: 'oslo-1', atMs: at('2m') });
  expect(await told(play)).toEqual([]);
  expect(crew.heard('operators')).toEqual([]);
});

it.each(Array.from({ length: 14 }, (_, index) => index + 1))(
  'loses nothing when the instance that moves dies before call %i',
  async (call) => {
    const play = await begin();
    const { a, b, crew } = play;
    await crew.until('1m', a);
    await a.receive(disconnected('oslo-1', at('1m'), 2));
    await crew.until('2m', a);
    const dying = new Instance(newer, a.rows);
    crew.joins(dying);
    dying.diesAt = call;
    await Promise.race([dying.evaluate(partition('oslo')), dying.death]);
    await crew.until('20m', b);
    expect(crew.believes('operators')).toEqual(['oslo-1']);
  },
);
