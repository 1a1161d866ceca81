// What an outage, an event and a list read and write grows with what they are about, not with the site or the history.
import { describe, expect, it } from 'vitest';
import { getIncident } from '../../src/lib/app/listings.ts';
import { configOf, osloConfig } from '../support/configOf.ts';
import { Crew } from '../support/crew.ts';
import { start } from '../support/events.ts';
import { connected, disconnected, Instance } from '../support/instance.ts';
import { listIncidents } from '../support/lists.ts';
import { offsetMs } from '../support/offsetMs.ts';

const at = (offset: string) => start + offsetMs(offset);
const inHundreds = <Item>(items: readonly Item[]): Item[][] =>
  Array.from({ length: Math.ceil(items.length / 100) }, (_, part) =>
    items.slice(part * 100, part * 100 + 100),
  );

/** An outage of `fallen` devices of a site of `devices`, from the events to the last notice. */
async function outage(per: 'site' | 'device', devices: number, fallen: number) {
  const one = new Instance(configOf(osloConfig.replace('per: site', `per: ${per}`)));
  const crew = new Crew(one);
  const names = Array.from({ length: devices }, (_, index) => `oslo-${index}`);
  for (const part of inHundreds(names))
    await one.receive(...part.map((device) => connected(device, start, 1)));
  await crew.until('1m');
  const before = { read: one.rowsRead, written: one.rowsWritten };
  for (const part of inHundreds(names.slice(0, fallen)))
    await one.receive(...part.map((device) => disconnected(device, at('1m'), 2)));
  await crew.until('6m50s');
  return {
    told: one.sent.length,
    read: (one.rowsRead - before.read) / fallen,
    written: (one.rowsWritten - before.written) / fallen,
    largestRow: one.largestRow,
  };
}

describe.each(['site', 'device'] as const)('an outage, per: %s', (per) => {
  it('reads and writes rows in proportion to the devices', async () => {
    const [some, many] = [await outage(per, 40, 40), await outage(per, 160, 160)];
    expect(some.told).toBe(per === 'site' ? 1 : 40);
    expect(many.told).toBe(per === 'site' ? 1 : 160);
    expect(many.read / some.read).toBeLessThanOrEqual(1.3);
    expect(many.written / some.written).toBeLessThanOrEqual(1.3);
    expect(many.read).toBeLessThanOrEqual(12);
    expect(many.written).toBeLessThanOrEqual(6);
  }, 60_000);
});

it('writes no row that grows with the number of devices that fell', async () => {
  const [some, many] = [await outage('site', 500, 500), await outage('site', 2_000, 2_000)];
  expect(many.told).toBe(1);
  expect(many.largestRow / some.largestRow).toBeLessThanOrEqual(1.3);
}, 60_000);

it('reads the devices that it is about when a delivery names more than a few', async () => {
  const one = new Instance(configOf(osloConfig));
  const names = Array.from({ length: 400 }, (_, index) => `oslo-${index}`);
  for (const part of inHundreds(names))
    await one.receive(...part.map((device) => connected(device, start, 1)));
  const next = new Instance(one.app.rules, one.rows);
  next.nowMs = at('1m');
  await next.receive(...names.slice(0, 20).map((device) => disconnected(device, at('1m'), 2)));
  expect(next.takeCalls().length).toBeLessThanOrEqual(6);
  expect(next.rowsRead).toBeLessThanOrEqual(40);
});

describe('with a long history', () => {
  async function history(incidents: number) {
    const one = new Instance(configOf(osloConfig));
    const crew = new Crew(one);
    await one.receive(connected('oslo-0', start, 1), connected('oslo-1', start, 1));
    for (let past = 0; past < incidents; past++) {
      await crew.until(`${past * 20 + 1}m`);
      await one.receive(disconnected('oslo-0', crew.nowMs, 2 * past + 2));
      await crew.until(`${past * 20 + 9}m`);
      await one.receive(connected('oslo-0', crew.nowMs, 2 * past + 3));
    }
    await crew.until(`${incidents * 20 + 1}m`);
    await one.receive(disconnected('oslo-1', crew.nowMs, 2));
    await crew.until(`${incidents * 20 + 10}m`);
    const ids = [...new Set(one.sent.map(({ incidentId }) => incidentId))];
    expect(ids).toHaveLength(incidents + 1);
    one.takeCalls();
    one.rowsRead = 0;
    return { one, ids };
  }

  it('lists the open incidents for what it shows', async () => {
    const { one } = await history(60);
    const { items } = await listIncidents(one.app, { filter: 'open', from: null });
    expect(items).toHaveLength(1);
    expect(one.takeCalls().length).toBeLessThanOrEqual(5);
    expect(one.rowsRead).toBeLessThanOrEqual(20);
  }, 60_000);

  it.each(['the oldest', 'the newest'])(
    'finds an incident by its id: %s',
    async (which) => {
      const { one, ids } = await history(60);
      const id = which === 'the oldest' ? ids[0]! : ids.at(-1)!;
      expect(await getIncident(one.app, id)).toMatchObject({ incidentId: id });
      expect(one.takeCalls().length).toBeLessThanOrEqual(3);
    },
    60_000,
  );

  it('evaluates and delivers as cheaply as without one', async () => {
    const cost = async (incidents: number) => {
      const { one } = await history(incidents);
      await one.evaluate();
      return one.rowsRead;
    };
    expect(await cost(30)).toBe(await cost(1));
  }, 60_000);
});
