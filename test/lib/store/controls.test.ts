import { beforeEach, describe, expect, it } from 'vitest';
import type { OneTimeWindow, Silence } from '../../../src/lib/control/control.ts';
import { type ControlStore, createControlStore } from '../../../src/lib/store/controls.ts';
import { start } from '../../support/events.ts';
import { createMemoryRows, type MemoryRows } from '../../support/memoryRows.ts';

const dayMs = 86_400_000;
const partition = '|controls';
const match = { hubs: null, sites: ['oslo'], devices: null };

const silence = (id: string, change: Partial<Silence> = {}): Silence => ({
  kind: 'silence',
  id,
  match,
  fromMs: start,
  untilMs: start + dayMs,
  by: 'Kari',
  reason: null,
  createdAtMs: start,
  ...change,
});

const window = (id: string, change: Partial<OneTimeWindow> = {}): OneTimeWindow => ({
  kind: 'maintenance',
  id,
  name: 'New switch',
  match,
  fromMs: start,
  untilMs: start + dayMs,
  returnGraceMs: 600_000,
  by: 'Kari',
  createdAtMs: start,
  ...change,
});

let rows: MemoryRows;
let store: ControlStore;
beforeEach(() => {
  rows = createMemoryRows();
  store = createControlStore(rows);
});

const add = (control: Silence | OneTimeWindow, nowMs = start) => store.change(() => control, nowMs);

describe('controls', () => {
  it('are none before anybody sets one', async () => {
    expect(await store.read(start)).toEqual({ version: 0, silences: [], windows: [] });
    expect(await store.version()).toBeNull();
  });

  it('come back as they were set, each change with the next version', async () => {
    const takenBack = { by: 'Ola', atMs: start + 1 };
    await add(silence('a', { reason: 'new gateway' }));
    await add(window('b'));
    const last = await add(silence('a', { reason: 'new gateway', takenBack }));
    const all = {
      version: 3,
      silences: [silence('a', { reason: 'new gateway', takenBack })],
      windows: [window('b')],
    };
    expect(last).toEqual(all);
    expect(await store.read(start)).toEqual(all);
    expect(await store.version()).toBe(3);
  });

  it('that nobody decides on are not written', async () => {
    expect(await store.change(() => null, start)).toBeNull();
    expect(rows.count(partition)).toBe(0);
  });

  it('are changed over what is true: who loses the race decides anew', async () => {
    const seen: number[] = [];
    let raced = false;
    const racing = createControlStore({
      ...rows,
      commit: async (where, writes) => {
        if (!raced) {
          raced = true;
          await add(silence('first'));
        }
        return rows.commit(where, writes);
      },
    });
    const changed = await racing.change((current, version) => {
      seen.push(version);
      return current.silences.length === 0 ? silence('second') : silence('third');
    }, start);
    expect(seen).toEqual([1, 2]);
    expect(changed?.silences.map(({ id }) => id)).toEqual(['first', 'third']);
  });

  it.each([
    { what: 'a silence', control: silence('old'), overAtMs: start + dayMs },
    {
      what: 'a silence that was taken back',
      control: silence('old', { takenBack: { by: 'Ola', atMs: start } }),
      overAtMs: start,
    },
    { what: 'a window', control: window('old'), overAtMs: start + dayMs + 600_000 },
  ])(
    'keep $what for 40 days after its end, grace included, then it goes with the next change',
    async (row) => {
      await add(row.control);
      const keptUntilMs = row.overAtMs + 40 * dayMs;
      const ids = async (nowMs: number) => {
        const { silences, windows } = await store.read(nowMs);
        return [...silences, ...windows].map(({ id }) => id);
      };
      expect(await ids(keptUntilMs)).toEqual(['old']);
      expect(await ids(keptUntilMs + 1)).toEqual([]);
      const untilMs = keptUntilMs + dayMs;
      await add(silence('new', { untilMs }), keptUntilMs);
      expect(rows.count(partition)).toBe(3);
      await add(silence('newer', { untilMs }), keptUntilMs + 1);
      expect(rows.count(partition)).toBe(3);
    },
  );

  it('of which hundreds are too old go with several changes', async () => {
    for (let n = 0; n < 200; n++) await add(silence(`old-${n}`, { untilMs: start }));
    const laterMs = start + 41 * dayMs;
    await add(silence('a', { untilMs: laterMs }), laterMs);
    expect(rows.count(partition)).toBe(200 - 90 + 2);
    for (const id of ['b', 'c']) await add(silence(id, { untilMs: laterMs }), laterMs);
    expect(rows.count(partition)).toBe(4);
  });
});

describe('a row that cannot be read', () => {
  const spoil = (key: string, data: string) => rows.commit(partition, [{ kind: 'put', key, data }]);

  it.each([
    'no JSON',
    '{}',
    JSON.stringify({ ...silence('b'), version: 2, kind: 'holiday' }),
    JSON.stringify({ ...silence('b'), version: 2, match: { hubs: null, sites: [], devices: null } }),
    JSON.stringify({ ...silence('b'), version: 2, untilMs: 'tomorrow' }),
    JSON.stringify({ ...window('b'), version: 2, returnGraceMs: null }),
    JSON.stringify(silence('b')),
  ])('is set aside, and the others stay: %s', async (data) => {
    await add(silence('a'));
    await spoil('c|b', data);
    expect((await store.read(start)).silences.map(({ id }) => id)).toEqual(['a']);
    expect(rows.keys()).toContain('x|u|c|b');
    expect(await add(silence('c'))).toMatchObject({ version: 2, silences: [{ id: 'a' }, { id: 'c' }] });
  });

  it('as the head takes no version back', async () => {
    for (const id of ['a', 'b', 'c']) await add(silence(id));
    await spoil('a|', 'no JSON');
    expect((await store.read(start)).version).toBe(3);
    expect((await add(silence('d')))?.version).toBe(4);
    expect(await store.version()).toBe(4);
  });

  it('of a later format is read as far as it is known', async () => {
    await add(silence('a'));
    await spoil('c|b', JSON.stringify({ v: 2, version: 2, ...silence('b'), colour: 'red' }));
    expect((await store.read(start)).silences).toEqual([silence('a'), silence('b')]);
  });
});

describe('a version that is known elsewhere', () => {
  it('is never given again when the rows were lost', async () => {
    await store.countFrom(7);
    expect(await store.version()).toBeGreaterThan(7);
    expect((await add(silence('a')))?.version).toBeGreaterThan(8);
  });

  it('changes nothing while the rows are there', async () => {
    for (const id of ['a', 'b']) await add(silence(id));
    await store.countFrom(2);
    expect(await store.version()).toBe(2);
  });
});
