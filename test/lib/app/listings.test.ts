import { beforeEach, describe, expect, it } from 'vitest';
import { getIncident, listIncidents, listNotices } from '../../../src/lib/app/listings.ts';
import { incidentIndex, indexKey } from '../../../src/lib/store/keys.ts';
import { configOf, osloConfig } from '../../support/configOf.ts';
import { start } from '../../support/events.ts';
import { connected, disconnected, Instance } from '../../support/instance.ts';
import { offsetMs } from '../../support/offsetMs.ts';

const partition = 'hub-fleet-01|site|oslo';
const at = (text: string) => start + offsetMs(text);
const everything = { filter: null, from: null };

let one: Instance;
let incidentId: string;

/** A device of three is lost at 1m and told at 7m. */
beforeEach(async () => {
  one = new Instance(configOf(osloConfig));
  await one.receive(...['oslo-0', 'oslo-1', 'oslo-2'].map((id) => connected(id, start, 1)));
  await one.at('1m').receive(disconnected('oslo-0', at('1m'), 2));
  await one.at('7m').evaluate();
  await one.deliverAll();
  incidentId = one.sent[0]!.incidentId;
});

async function recover(): Promise<void> {
  await one.at('20m').receive(connected('oslo-0', at('20m'), 3));
  await one.at('22m').evaluate();
  await one.deliverAll();
  await one.at('22m5s').evaluate();
}

/** Further pointers, each newer than the incident itself. */
async function point(count: number, to: (index: number) => string): Promise<void> {
  for (let index = 0; index < count; index++) {
    const target = { partition, incidentId: to(index) };
    const key = indexKey(at('8m') + index, target.incidentId);
    await one.rows.commit(incidentIndex, [{ kind: 'put', key, data: JSON.stringify(target) }]);
  }
}

const sizeOf = ({ items }: { items: readonly object[] }) => items.length;

describe('incidents', () => {
  it('are listed as they stand now, though nobody has looked at the site since', async () => {
    await one.at('2m').receive(disconnected('oslo-1', at('2m'), 2));
    one.at('8m');
    expect((await listIncidents(one.app, everything)).items).toMatchObject([
      { incidentId, status: 'open', counts: { offline: 2, known: 3 }, receivers: ['operators'] },
    ]);
  });

  it.each([
    { filter: 'open', before: 1, after: 0 },
    { filter: 'resolved', before: 0, after: 1 },
    { filter: null, before: 1, after: 1 },
  ])('of status $filter are $before while it stands, $after when it is over', async (row) => {
    const list = async () => sizeOf(await listIncidents(one.app, { filter: row.filter, from: null }));
    expect(await list()).toBe(row.before);
    await recover();
    expect(await list()).toBe(row.after);
  });

  it('keep their cause and their receivers when they are over', async () => {
    one.diagnose = async () => ({ ...(await new Instance(one.app.rules).diagnose()), cause: 'gateway' });
    await one.at('8m').deliver({ partition, askLogsFor: incidentId });
    await recover();
    expect((await listIncidents(one.app, everything)).items).toMatchObject([
      { diagnosis: { cause: 'gateway' }, receivers: ['operators'] },
    ]);
  });

  it('go on where the last page ended', async () => {
    await point(1_100, () => incidentId);
    const first = await listIncidents(one.app, everything);
    expect([sizeOf(first), first.next]).toEqual([1_000, expect.any(String)]);
    const second = await listIncidents(one.app, { filter: null, from: first.next });
    expect([sizeOf(second), second.next]).toEqual([101, null]);
  });

  it('are found by id however many are newer, and pointers to nothing are passed over', async () => {
    await point(250, (index) => `inc_nothing${index}`);
    expect(await getIncident(one.app, incidentId)).toMatchObject({
      incidentId,
      notices: [{ state: 'sent' }],
    });
    expect(await getIncident(one.app, 'inc_nobody')).toBeNull();
    expect(sizeOf(await listIncidents(one.app, everything))).toBe(1);
  });
});

describe('notices', () => {
  it('are listed newest first, with what became of them, also when the incident is over', async () => {
    await recover();
    expect((await listNotices(one.app, everything)).items).toMatchObject([
      { reason: 'recovered', state: 'sent', receiver: 'operators', attempts: 1 },
      { reason: 'outageBegan', state: 'sent', createdAt: new Date(at('7m')).toISOString(), lastError: null },
    ]);
  });

  it.each([
    { filter: 'sent', count: 1 },
    { filter: 'pending', count: 0 },
    { filter: 'failed', count: 0 },
  ])('of state $filter are $count', async ({ filter, count }) => {
    expect(sizeOf(await listNotices(one.app, { filter, from: null }))).toBe(count);
  });
});
