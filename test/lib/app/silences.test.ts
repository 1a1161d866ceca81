import { beforeEach, describe, expect, it } from 'vitest';
import { withFreshControls } from '../../../src/lib/app/app.ts';
import { LiveControls, withControls } from '../../../src/lib/app/liveControls.ts';
import { receiveEvents } from '../../../src/lib/app/receiveEvents.ts';
import { addSilence, endSilence } from '../../../src/lib/app/silences.ts';
import { sweep } from '../../../src/lib/app/sweep.ts';
import { addWindow, endWindow } from '../../../src/lib/app/windows.ts';
import { noControls } from '../../../src/lib/control/control.ts';
import type { ControlMatch } from '../../../src/lib/control/controlMatch.ts';
import { createControlStore } from '../../../src/lib/store/controls.ts';
import { configOf, osloConfig } from '../../support/configOf.ts';
import { eventGridEvent, start } from '../../support/events.ts';
import { connected, disconnected, Instance } from '../../support/instance.ts';

const hour = 3_600_000;
const match = (change: Partial<ControlMatch>): ControlMatch => ({
  hubs: null,
  sites: null,
  devices: null,
  ...change,
});

let one: Instance;
beforeEach(async () => {
  one = new Instance(configOf(osloConfig));
  await one.receive(disconnected('oslo-0', start, 1), disconnected('pump-1', start, 1));
  await one.app.list.touch({ hub: 'hub-fleet-02', kind: 'site', id: 'oslo' }, start, start);
  await one.app.list.touch({ hub: 'hub-fleet-01', kind: 'hub' }, start, start);
  one.wakeUps.splice(0);
});

const silence = (of: Partial<ControlMatch>, by = one) =>
  addSilence(by.app, { match: match(of), forMs: hour, by: 'Kari', reason: 'new gateway' }, by.nowMs, by.log);
const woken = () =>
  one.wakeUps
    .splice(0)
    .map(({ partition }) => partition)
    .toSorted();

describe('a silence', () => {
  it('begins now and says who, why and until when', async () => {
    const acted = await silence({ sites: ['oslo'] });
    expect(acted).toMatchObject({
      kind: 'done',
      value: {
        id: expect.stringMatching(/^sil_[0-9a-f]{32}$/),
        match: match({ sites: ['oslo'] }),
        fromMs: start,
        untilMs: start + hour,
        by: 'Kari',
        reason: 'new gateway',
        createdAtMs: start,
      },
    });
  });

  it('has an id of its own, though two are set in the same moment', async () => {
    const ids = [await silence({ sites: ['oslo'] }), await silence({ sites: ['oslo'] })].map(
      (acted) => acted.kind === 'done' && acted.value.id,
    );
    expect(new Set(ids).size).toBe(2);
  });

  const fleet1 = 'hub-fleet-01|site|oslo';
  const fleet2 = 'hub-fleet-02|site|oslo';
  const pump = 'hub-fleet-01|device|pump-1';
  const hub = 'hub-fleet-01|hub|hub-fleet-01';
  it.each([
    { of: { sites: ['oslo'] }, wakes: [fleet1, fleet2] },
    { of: { hubs: ['HUB-fleet-01'] }, wakes: [pump, hub, fleet1] },
    { of: { hubs: ['hub-fleet-01'], sites: ['oslo'] }, wakes: [fleet1] },
    { of: { devices: ['pump-*'] }, wakes: [pump, fleet1, fleet2] },
    { of: { devices: ['oslo-*'] }, wakes: [fleet1, fleet2] },
    { of: { sites: ['bergen'] }, wakes: [] },
  ])('of $of wakes at once what it reaches: $wakes', async ({ of, wakes }) => {
    await silence(of);
    const versions = new Set(one.wakeUps.map((message) => JSON.stringify(message)));
    expect([...versions].every((text) => text.includes('"controls":1') && text.includes('"delayMs":0'))).toBe(
      true,
    );
    expect(woken()).toEqual(wakes.toSorted());
  });

  it('is taken back once, and wakes the same places again', async () => {
    const acted = await silence({ sites: ['oslo'] });
    const id = acted.kind === 'done' ? acted.value.id : '';
    woken();
    one.nowMs += 60_000;
    const back = () => endSilence(one.app, id, { by: 'Ola' }, one.nowMs, one.log);
    expect(await back()).toMatchObject({
      kind: 'done',
      value: { id, takenBack: { by: 'Ola', atMs: start + 60_000 } },
    });
    expect(woken()).toEqual([fleet1, fleet2]);
    one.nowMs += 60_000;
    expect(await back()).toEqual({ kind: 'over', atMs: start + 60_000 });
    expect(woken()).toEqual([]);
  });

  it('that is over by its time, or never was, is not taken back', async () => {
    const acted = await silence({ sites: ['oslo'] });
    const id = acted.kind === 'done' ? acted.value.id : '';
    one.nowMs += hour;
    expect(await endSilence(one.app, id, { by: 'Ola' }, one.nowMs, one.log)).toEqual({
      kind: 'over',
      atMs: start + hour,
    });
    expect(await endSilence(one.app, 'sil_0', { by: 'Ola' }, one.nowMs, one.log)).toEqual({
      kind: 'notFound',
    });
    expect(await endWindow(one.app, id, { by: 'Ola' }, one.nowMs, one.log)).toEqual({ kind: 'notFound' });
  });
});

it('a window can be taken back before it began: it then takes no place', async () => {
  const asked = {
    name: 'New switch',
    match: match({ devices: ['oslo-l2-*'] }),
    fromMs: start + hour,
    untilMs: start + 2 * hour,
    returnGraceMs: 600_000,
    by: 'Kari',
  };
  const acted = await addWindow(one.app, asked, start, one.log);
  expect(acted).toMatchObject({ kind: 'done', value: { kind: 'maintenance', ...asked, createdAtMs: start } });
  const id = acted.kind === 'done' ? acted.value.id : '';
  expect(await endWindow(one.app, id, { by: 'Ola' }, start + 1, one.log)).toMatchObject({ kind: 'done' });
  expect(await endWindow(one.app, id, { by: 'Per' }, start + 2, one.log)).toEqual({
    kind: 'over',
    atMs: start + 1,
  });
});

describe('another instance', () => {
  it('that is woken looks for the controls before it decides', async () => {
    const other = new Instance(one.app.rules, one.rows);
    await silence({ sites: ['oslo'] });
    const message = one.wakeUps.find(({ partition }) => partition === 'hub-fleet-01|site|oslo')!;
    await other.evaluate(message);
    expect(other.app.controls.known).toMatchObject({ version: 1, silences: [{ by: 'Kari' }] });
    const { guard } = await one.app.fleet.loadIncident(
      { hub: 'hub-fleet-01', kind: 'site', id: 'oslo' },
      'none',
    );
    expect(guard?.record.rules).toMatchObject({ controls: 1 });
  });

  it('with older controls decides nothing where somebody has decided by newer ones', async () => {
    const other = new Instance(one.app.rules, one.rows);
    await silence({ sites: ['oslo'] });
    await one.evaluate(one.wakeUps.find(({ partition }) => partition === 'hub-fleet-01|site|oslo')!);
    other.at('6m');
    await other.evaluate();
    expect(other.app.controls.known.version).toBe(1);
  });

  it('sweeps every listed site once the controls have changed, and only once', async () => {
    const other = new Instance(one.app.rules, one.rows);
    await sweep(other.app, start, other.log);
    other.wakeUps.splice(0);
    await silence({ sites: ['bergen'] });
    await other.app.controls.refresh(start, 0);
    await sweep(other.app, start + 60_000, other.log);
    expect(other.wakeUps.map(({ partition }) => partition).toSorted()).toEqual([
      'hub-fleet-01|device|pump-1',
      'hub-fleet-01|hub|hub-fleet-01',
      'hub-fleet-01|site|oslo',
      'hub-fleet-02|site|oslo',
    ]);
    expect(other.logged.map(({ what }) => what)).toContain(
      'controls changed, every listed site will be evaluated',
    );
    other.wakeUps.splice(0);
    other.logged.splice(0);
    await sweep(other.app, start + 61_000, other.log);
    expect(other.logged.map(({ what }) => what)).not.toContain(
      'controls changed, every listed site will be evaluated',
    );
  });
});

it('a sweep goes on counting where the rows of the controls were lost', async () => {
  await silence({ sites: ['oslo'] });
  await sweep(one.app, start, one.log);
  await one.rows.commit('|controls', [
    { kind: 'remove', key: 'a|', etag: '*' },
    ...one.rows
      .keys()
      .filter((key) => key.startsWith('c|'))
      .map((key) => ({ kind: 'remove', key, etag: '*' }) as const),
  ]);
  const next = new Instance(one.app.rules, one.rows);
  await sweep(next.app, start + 60_000, next.log);
  expect((await next.app.controls.refresh(start + 60_000, 0)).version).toBeGreaterThan(1);
});

describe('what an instance knows', () => {
  /** Counts how the store is asked. */
  function watched() {
    const store = createControlStore(one.rows);
    const asked: string[] = [];
    const spied: typeof store = {
      ...store,
      version: () => {
        asked.push('version');
        return store.version();
      },
      read: (nowMs) => {
        asked.push('read');
        return store.read(nowMs);
      },
    };
    return { asked, live: new LiveControls(spied) };
  }

  it('is two seconds old at most; what has not changed costs one row', async () => {
    const { asked, live } = watched();
    for (const ms of [0, 1_999, 2_000, 2_001, 4_000]) await live.fresh(start + ms);
    expect(asked).toEqual(['read', 'version', 'version']);
    await silence({ sites: ['oslo'] });
    expect((await live.fresh(start + 5_000)).version).toBe(0);
    expect((await live.fresh(start + 6_000)).version).toBe(1);
    expect(asked).toEqual(['read', 'version', 'version', 'version', 'read']);
  });

  it('is found in one look for all who ask at once', async () => {
    const { asked, live } = watched();
    await Promise.all([1, 2, 3].map(() => live.fresh(start)));
    expect(asked).toEqual(['read']);
  });

  it('stays when storage does not answer; without any, nobody decides', async () => {
    const broken = { ...createControlStore(one.rows) };
    const live = new LiveControls(broken);
    broken.read = () => Promise.reject(new Error('away'));
    await expect(live.fresh(start)).rejects.toThrow('away');
    await silence({ sites: ['oslo'] });
    broken.read = createControlStore(one.rows).read;
    expect((await live.fresh(start)).version).toBe(1);
    broken.version = () => Promise.reject(new Error('away'));
    expect((await live.fresh(start + 10_000)).version).toBe(1);
    await expect(live.look(start + 20_000, 0)).rejects.toThrow('away');
  });

  it('makes the same rules of the same controls, and never goes back', async () => {
    const { rules } = one.app;
    expect(withControls(rules, noControls)).toBe(rules);
    const newer = withControls(rules, { ...noControls, version: 3 });
    expect(newer.version).toEqual({ ...rules.version, controls: 3 });
    const known = newer.controls;
    expect(withControls(rules, known)).toBe(newer);
    expect(withControls(newer, noControls)).toBe(newer);
    expect(await withFreshControls(one.app)).toBe(one.app);
  });
});

it('events are taken in though the controls cannot be read', async () => {
  const store = createControlStore(one.rows);
  const away = () => Promise.reject(new Error('away'));
  const controls = new LiveControls({ ...store, version: away, read: away });
  const app = { ...one.app, controls };
  await expect(withFreshControls(app)).rejects.toThrow('away');
  const event = eventGridEvent(connected('oslo-0', start + 1_000, 2));
  expect(await receiveEvents(app, [event], start + 1_000, one.log)).toMatchObject({ applied: 1 });
});
