import { beforeEach, describe, expect, it } from 'vitest';
import { acknowledge, acknowledgementState, takeBack } from '../../../src/lib/app/acknowledge.ts';
import { getIncident, listIncidents } from '../../../src/lib/app/listings.ts';
import { sweep } from '../../../src/lib/app/sweep.ts';
import type { IncidentFile } from '../../../src/lib/incident/incidentFile.ts';
import { configOf, osloConfig } from '../../support/configOf.ts';
import { start } from '../../support/events.ts';
import { connected, disconnected, Instance } from '../../support/instance.ts';
import { offsetMs } from '../../support/offsetMs.ts';

const partition = 'hub-fleet-01|site|oslo';
const at = (text: string) => start + offsetMs(text);
const hour = 3_600_000;

let one: Instance;
let incidentId: string;

/** A device is lost at 1m and told at 7m. */
beforeEach(async () => {
  one = new Instance(configOf(osloConfig));
  await one.receive(connected('oslo-0', start, 1));
  await one.at('1m').receive(disconnected('oslo-0', at('1m'), 2));
  await one.at('7m').evaluate();
  await one.deliverAll();
  incidentId = one.sent[0]!.incidentId;
  one.wakeUps.splice(0);
});

async function end(): Promise<void> {
  await one.at('20m').receive(connected('oslo-0', at('20m'), 3));
  await one.at('22m').evaluate();
}

type Asked = Parameters<typeof acknowledge>[2];
const asked: Asked = { by: 'Kari', forMs: 4 * hour, note: null };
const has = (change: Partial<Asked> = {}, by = one) =>
  acknowledge(by.app, incidentId, { ...asked, ...change }, by.nowMs, by.log);
const gives = (by: string, ifState?: string) =>
  takeBack(one.app, incidentId, { by, ...(ifState === undefined ? {} : { ifState }) }, one.nowMs, one.log);

/** As it is stored. */
async function stored(): Promise<IncidentFile> {
  const { stored: found } = await one.app.fleet.loadIncident(
    { hub: 'hub-fleet-01', kind: 'site', id: 'oslo' },
    incidentId,
  );
  return found!.file;
}
const acknowledged = async () => (await stored()).incident.acknowledged;
const sentences = async () =>
  (await stored()).timeline.filter(({ kind }) => kind === 'control').map(({ sentence }) => sentence);

describe('an incident that somebody has', () => {
  it('says who, since when and until when, in its story too, and its site is looked at at once', async () => {
    const acted = await has({ note: 'on my way' });
    expect(acted).toMatchObject({ kind: 'done', value: { place: { id: 'oslo' } } });
    expect(await acknowledged()).toEqual({
      by: 'Kari',
      atMs: at('7m'),
      untilMs: at('7m') + 4 * hour,
      note: 'on my way',
      severity: 'warning',
    });
    expect(await sentences()).toEqual(['Kari acknowledged it until Wed 4 Mar 2026, 14:07: on my way']);
    expect(one.wakeUps).toEqual([{ partition, rules: one.app.rules.version, delayMs: 0 }]);
  });

  it('is shown so by itself at once, and in the list after the look', async () => {
    await has();
    const shown = {
      acknowledged: { by: 'Kari', at: '2026-03-04T09:07:00.000Z', until: '2026-03-04T13:07:00.000Z' },
    };
    expect(await getIncident(one.app, incidentId)).toMatchObject(shown);
    await one.evaluate(one.wakeUps[0]);
    const { items } = await listIncidents(one.app, { filter: 'open', from: null });
    expect(items).toMatchObject([{ incidentId, ...shown }]);
  });

  it('is had by the next one who takes it', async () => {
    await has({ note: 'on my way' });
    one.at('8m');
    await has({ by: 'Ola', forMs: hour });
    expect(await acknowledged()).toMatchObject({ by: 'Ola', untilMs: at('8m') + hour, note: null });
  });

  it('is given back by anybody, with who did', async () => {
    await has();
    one.at('9m');
    expect(await gives('Ola')).toMatchObject({ kind: 'done' });
    expect(await acknowledged()).toMatchObject({
      by: 'Kari',
      ended: { atMs: at('9m'), why: 'takenBack', by: 'Ola' },
    });
    expect(await sentences()).toEqual([expect.any(String), 'Ola took back the acknowledgement by Kari.']);
    expect(await getIncident(one.app, incidentId)).toMatchObject({ acknowledged: null });
  });
});

describe('acting', () => {
  it('on what there is not finds nothing', async () => {
    for (const id of ['inc_none', `inc_${'x'.repeat(28)}`, `${incidentId.slice(0, -1)}~`]) {
      expect(await acknowledge(one.app, id, asked, one.nowMs, one.log)).toEqual({ kind: 'notFound' });
    }
    expect(await gives('Ola')).toEqual({ kind: 'notFound' });
  });

  it('on an incident that has ended is too late, before and after all have been told', async () => {
    await has();
    await end();
    const over = { kind: 'over', atMs: at('22m') };
    expect([await has(), await gives('Ola')]).toEqual([over, over]);
    await one.deliverAll();
    await one.at('22m5s').evaluate();
    expect([await has(), await gives('Ola')]).toEqual([over, over]);
  });

  it.each([
    { ends: 'taken back', when: '9m', how: () => gives('Ola') },
    { ends: 'at its time', when: '4h7m', how: async () => {} },
  ])('on an acknowledgement that ended ($ends) is too late', async ({ when, how }) => {
    await has();
    one.at(when);
    await how();
    one.nowMs += 60_000;
    expect(await gives('Per')).toEqual({ kind: 'over', atMs: at(when) });
  });

  it('on an older page changes nothing, and says what is true', async () => {
    expect(acknowledgementState((await stored()).incident)).toBe('none');
    await has({ ifState: 'none' });
    const before = await stored();
    const changed = { kind: 'changed', value: { file: { incident: { acknowledged: { by: 'Kari' } } } } };
    expect(await has({ by: 'Ola', ifState: 'none' })).toMatchObject(changed);
    expect(await gives('Ola', 'none')).toMatchObject(changed);
    expect(await stored()).toEqual(before);
    const state = acknowledgementState(before.incident);
    expect(await gives('Ola', state)).toMatchObject({ kind: 'done' });
    expect(await has({ ifState: state })).toMatchObject({ kind: 'changed' });
  });

  it('twice in the same moment makes two states', async () => {
    await has();
    const first = acknowledgementState((await stored()).incident);
    await has({ by: 'Ola' });
    expect(acknowledgementState((await stored()).incident)).not.toBe(first);
  });

  it('beside somebody else loses nothing: both are in the story, the later one has it', async () => {
    const other = new Instance(one.app.rules, one.rows);
    other.nowMs = one.nowMs;
    let raced = false;
    one.beforeCommit = async (writes) => {
      if (raced || !writes.some(({ key }) => key === `i|${incidentId}`)) return;
      raced = true;
      await has({ by: 'Ola' }, other);
    };
    expect(await has()).toMatchObject({ kind: 'done' });
    expect(await acknowledged()).toMatchObject({ by: 'Kari' });
    expect(await sentences()).toEqual([expect.stringMatching(/^Ola/), expect.stringMatching(/^Kari/)]);
  });

  it('by an instance that dies before its message is finished by the sweep', async () => {
    await sweep(one.app, one.nowMs, one.log);
    const dying = new Instance(one.app.rules, one.rows);
    dying.nowMs = one.nowMs;
    dying.app.queues.wakeSite = () => Promise.reject(new Error('the process died'));
    await expect(has({}, dying)).rejects.toThrow('the process died');
    expect(await acknowledged()).toMatchObject({ by: 'Kari' });
    one.wakeUps.splice(0);
    await sweep(one.app, one.nowMs + 60_000, one.log);
    expect(one.wakeUps.map((message) => message.partition)).toEqual([partition]);
  });

  it('beside the evaluation that ends the incident is either seen by it or too late', async () => {
    const other = new Instance(one.app.rules, one.rows);
    other.nowMs = at('22m');
    await one.at('20m').receive(connected('oslo-0', at('20m'), 3));
    let acted: unknown;
    one.beforeCommit = async (writes) => {
      if (acted !== undefined || !writes.some(({ key }) => key === `i|${incidentId}`)) return;
      acted = await has({ by: 'Ola' }, other);
    };
    await one.at('22m').evaluate();
    expect(acted).toMatchObject({ kind: 'done' });
    expect(await stored()).toMatchObject({ incident: { status: 'resolved', acknowledged: { by: 'Ola' } } });
  });
});
