import { beforeEach, describe, expect, it } from 'vitest';
import { getIncident } from '../../../src/lib/app/listings.ts';
import { incidentIdOf } from '../../../src/lib/incident/ids.ts';
import type { Message } from '../../../src/lib/notify/message.ts';
import { configOf, osloConfig } from '../../support/configOf.ts';
import { hubResourceId, start } from '../../support/events.ts';
import { noticeOf } from '../../support/files.ts';
import { incident } from '../../support/incidents.ts';
import { connected, disconnected, Instance } from '../../support/instance.ts';
import { listIncidents, listNotices } from '../../support/lists.ts';
import { offsetMs } from '../../support/offsetMs.ts';

const partition = 'hub-fleet-01|site|oslo';
const oslo = { hub: 'hub-fleet-01', kind: 'site', id: 'oslo' } as const;
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

/** Further incidents that are over, each ended a second after the one before; they have no notices. */
async function past(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index++) {
    const resolvedAtMs = at('1h') + index * 1_000;
    const id = incidentIdOf(oslo, { kind: 'site' }, resolvedAtMs);
    ids.push(id);
    const members = { 'oslo-2': 'back' } as const;
    const over = incident(members, { incidentId: id, status: 'resolved', resolvedAtMs });
    await one.app.history.keep(oslo, [
      { incident: over, told: [], notices: [], diagnosis: null, timeline: [] },
    ]);
  }
  return ids;
}

const idsOf = ({ items }: { items: readonly object[] }) =>
  items.map((item) => (item as { incidentId: string }).incidentId);
const linksOfItem = (item: object) => (item as { links: Message['links'] }).links;
const sizeOf = ({ items }: { items: readonly object[] }) => items.length;

describe('incidents', () => {
  it('lead to the hub, the logs and the device at the portal, in the list of open and of past ones', async () => {
    const linksIn = async () => (await listIncidents(one.app, everything)).items.map(linksOfItem);
    const open = await linksIn();
    expect(open).toEqual([
      {
        incident: null,
        logs: expect.stringContaining(encodeURIComponent(hubResourceId)),
        device: expect.stringContaining('oslo-0'),
        acknowledge: null,
        silence: null,
        resourceHealth: expect.stringContaining(hubResourceId),
      },
    ]);
    expect(one.sent[0]?.links).toEqual(open[0]);
    await recover();
    expect(await linksIn()).toEqual(open);
  });

  it('are listed as the last look at their site found them, in a page of each shard and a query for the site', async () => {
    await one.at('2m').receive(disconnected('oslo-1', at('2m'), 2));
    await one.at('8m').evaluate();
    one.takeCalls();
    const open = await listIncidents(one.app, { filter: 'open', from: null });
    expect([sizeOf(open), one.takeCalls()]).toEqual([1, ['page', 'page', 'page', 'page', 'range']]);
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

  it('that are open come newest first, then those that are over', async () => {
    const [over] = await past(1);
    await one.at('30m').receive(disconnected('pump-1', at('30m'), 1));
    await one.at('40m').evaluate({ partition: 'hub-fleet-01|device|pump-1' });
    const all = (await listIncidents(one.app, everything)).items as readonly { site: { id: string } }[];
    expect(all.map(({ site }) => site.id)).toEqual(['pump-1', 'oslo', 'oslo']);
    expect(idsOf({ items: all }).at(-1)).toBe(over);
  });

  it('are open no more once all is back, though nobody has been told yet', async () => {
    await one.at('20m').receive(connected('oslo-0', at('20m'), 3));
    await one.at('22m').evaluate();
    expect(sizeOf(await listIncidents(one.app, { filter: 'open', from: null }))).toBe(0);
  });

  it('name who is to be told as soon as that is decided', async () => {
    const two = new Instance(one.app.rules);
    await two.at('1m').receive(disconnected('oslo-0', at('1m'), 2));
    const named: unknown[] = [];
    for (const when of ['6m', '6m30s']) {
      await two.at(when).evaluate();
      const { items } = await listIncidents(two.app, { filter: 'open', from: null });
      named.push((items as readonly { receivers: readonly string[] }[]).map(({ receivers }) => receivers));
    }
    expect(named).toEqual([[[]], [['operators']]]);
  });

  it('are shown with all their notices, also those of long ago', async () => {
    const { stored } = await one.app.fleet.loadIncident(oslo, incidentId);
    const earlier = Array.from({ length: 50 }, (_, n) =>
      noticeOf({ incidentId, noticeId: `ntc_${n}`, state: 'sent', finishedAtMs: start + n }),
    );
    const notices = [...earlier, ...stored!.file.notices];
    await one.app.fleet.saveFile(oslo, stored!, { ...stored!.file, notices });
    const shown = (await getIncident(one.app, incidentId)) as { notices: object[] };
    expect(shown.notices).toHaveLength(51);
  });

  it('keep their cause and their receivers when they are over', async () => {
    one.diagnose = async () => ({ ...(await new Instance(one.app.rules).diagnose()), cause: 'gateway' });
    await one.at('8m').deliver({ partition, askLogsFor: incidentId });
    await recover();
    expect((await listIncidents(one.app, everything)).items).toMatchObject([
      { diagnosis: { cause: 'gateway' }, receivers: ['operators'] },
    ]);
  });

  it('go on where the last page ended, newest end first, each once', async () => {
    const ids = await past(1_100);
    const first = await listIncidents(one.app, everything);
    // The open one, and as many as fit of those that are over.
    expect([sizeOf(first), first.next]).toEqual([500, expect.any(String)]);
    const second = await listIncidents(one.app, { filter: null, from: first.next });
    const third = await listIncidents(one.app, { filter: null, from: second.next });
    expect([sizeOf(second), sizeOf(third), third.next]).toEqual([500, 101, null]);
    expect([first, second, third].flatMap(idsOf)).toEqual([incidentId, ...ids.reverse()]);
  });

  it('are found by id, whether open or over, in few calls', async () => {
    const [over] = await past(250);
    one.takeCalls();
    expect(await getIncident(one.app, incidentId)).toMatchObject({
      incidentId,
      notices: [{ state: 'sent' }],
    });
    expect(one.takeCalls().length).toBeLessThanOrEqual(3);
    expect(await getIncident(one.app, over!)).toMatchObject({
      incidentId: over,
      status: 'resolved',
      notices: [],
    });
    expect(one.takeCalls().length).toBeLessThanOrEqual(3);
  });

  it.each(['inc_nobody', '', '../../', `inc_${'a'.repeat(28)}`])('of id %j are not found', async (id) => {
    expect(await getIncident(one.app, id)).toBeNull();
  });

  it('whose place has none of that id any more are not found', async () => {
    expect(await getIncident(one.app, incidentIdOf(oslo, { kind: 'site' }, start))).toBeNull();
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

  it('that never came to be fill no page: the list goes on behind them', async () => {
    const { stored } = await one.app.fleet.loadIncident(oslo, incidentId);
    const { incident: of } = stored!.file;
    for (let n = 0; n < 600; n++) {
      const notices = [noticeOf({ incidentId, noticeId: `ntc_${n}`, createdAtMs: at('8m') + n })];
      const change = { incident: of, told: [], notices, dropped: [], archived: false, entries: [] };
      await one.app.history.index(oslo, [change]);
    }
    expect(sizeOf(await listNotices(one.app, everything))).toBe(1);
  });

  it.each([
    { filter: 'sent', count: 1 },
    { filter: 'pending', count: 0 },
    { filter: 'failed', count: 0 },
  ])('of state $filter are $count', async ({ filter, count }) => {
    expect(sizeOf(await listNotices(one.app, { filter, from: null }))).toBe(count);
  });
});
