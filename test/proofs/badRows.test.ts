// A row that cannot be read harms itself alone.
import { describe, expect, it } from 'vitest';
import { getIncident } from '../../src/lib/app/listings.ts';
import { addNote } from '../../src/lib/app/notes.ts';
import { addSilence } from '../../src/lib/app/silences.ts';
import { addWindow } from '../../src/lib/app/windows.ts';
import type { HubMetrics } from '../../src/lib/hubWatch/hubMetrics.ts';
import { configOf } from '../support/configOf.ts';
import { Crew } from '../support/crew.ts';
import { hubResourceId, start } from '../support/events.ts';
import { connected, disconnected, Instance } from '../support/instance.ts';
import { listIncidents, listNotices } from '../support/lists.ts';
import { createMemoryRows } from '../support/memoryRows.ts';
import { offsetMs } from '../support/offsetMs.ts';

const at = (offset: string) => start + offsetMs(offset);
const config = configOf(`
sites: [{ id: oslo, devices: ["oslo-*"] }, { id: bergen, devices: ["bergen-*"] }]
hubs: [{ resourceId: "${hubResourceId.replace('HUB-FLEET-01', 'hub-fleet-01')}" }]
receivers: { operators: { email: { to: ["ops@oslo.example"] } } }
routes: [{ to: [operators] }]`);
const steady: HubMetrics = {
  connectedDevices: async (_id, fromMs, toMs) => {
    const points = [];
    for (let atMs = fromMs; atMs < toMs; atMs += 60_000) points.push({ atMs, average: 100 });
    return { kind: 'points', points };
  },
};

/** What people set, of places where nothing happens. */
async function set({ app, nowMs, log, sent }: Instance): Promise<void> {
  const match = { hubs: null, sites: ['nowhere'], devices: null };
  await addSilence(app, { match, forMs: 3_600_000, by: 'Kari', reason: null }, nowMs, log);
  const times = { fromMs: nowMs, untilMs: nowMs + 3_600_000, returnGraceMs: 600_000 };
  await addWindow(app, { name: 'New switch', match, ...times, by: 'Kari' }, nowMs, log);
  await addNote(app, sent[0]!.incidentId, { by: 'Kari', text: 'the fuse' }, nowMs, log);
}

/** oslo-1 is down and told, an earlier incident is over, another device's hold runs; people have set controls. */
async function trouble(rows = createMemoryRows()) {
  const one = new Instance(config, rows);
  one.hubMetrics = steady;
  const crew = new Crew(one);
  const names = ['oslo-1', 'oslo-2', 'oslo-3', 'bergen-1', 'bergen-2'];
  await one.receive(...names.map((device) => connected(device, start, 1)));
  crew.watches();
  await crew.until('1m');
  await one.receive(disconnected('oslo-2', at('1m'), 2));
  await crew.until('8m');
  await one.receive(connected('oslo-2', at('8m'), 3));
  await crew.until('20m');
  await one.receive(disconnected('oslo-1', at('20m'), 2));
  await crew.until('28m');
  await set(one);
  await one.receive(disconnected('oslo-3', at('28m'), 2));
  await crew.until('29m');
  expect(crew.believes('operators')).toEqual(['oslo-1']);
  expect(crew.errors).toEqual([]);
  return { one, crew };
}

const { one: first } = await trouble();
const stored = first.rows.all().map(({ partition, row }) => ({ partition, key: row.key }));

/** What a bad row may hold. */
const damages = { 'no JSON': '{bad', 'JSON of nothing': 'null', 'an empty record': '{}', 'a list': '[]' };

describe.each(Object.entries(damages))('a row with %s', (_name, data) => {
  it.each(stored)('as $key of $partition stops nothing else', async ({ partition, key }) => {
    const { one, crew } = await trouble();
    const { etag } = (await one.rows.get(partition, key))!;
    await one.rows.commit(partition, [{ kind: 'replace', key, data, etag }]);
    const next = new Instance(config, one.rows);
    next.hubMetrics = steady;
    crew.joins(next);
    await crew.until('30m', next);
    await next.receive(disconnected('bergen-1', at('30m'), 2), disconnected('oslo-2', at('30m'), 4));
    await crew.until('45m', next);
    for (const status of ['open', 'resolved']) await listIncidents(next.app, { filter: status, from: null });
    await listNotices(next.app, { filter: null, from: null });
    await getIncident(next.app, next.sent.at(-1)?.incidentId ?? '');
    expect(crew.errors).toEqual([]);
    expect(crew.believes('operators')).toEqual(expect.arrayContaining(['bergen-1', 'oslo-2']));
  });
});

it('takes a row that is written anew while the bad one is set aside', async () => {
  const lost: string[] = [];
  const fresh = async () => {
    const one = new Instance(config);
    await one.receive(connected('oslo-1', start, 1));
    return one;
  };
  for (const { partition, row } of (await fresh()).rows.all()) {
    for (let call = 1; call <= 8; call++) {
      const one = await fresh();
      const { etag } = (await one.rows.get(partition, row.key))!;
      await one.rows.commit(partition, [{ kind: 'replace', key: row.key, data: '{bad', etag }]);
      const [two, three] = [new Instance(config, one.rows), new Instance(config, one.rows)];
      const crew = new Crew(two, three);
      await crew.until('1m');
      let armed = true;
      two.beforeCall = async (_what, count) => {
        if (!armed || count !== call) return;
        armed = false;
        await three.receive(disconnected('oslo-1', at('1m'), 2));
      };
      await two.evaluate();
      if (armed) continue;
      await crew.until('12m', three);
      if (!crew.believes('operators').includes('oslo-1')) lost.push(`${row.key}, fell before call ${call}`);
    }
  }
  expect(lost).toEqual([]);
});
