import type { Controls } from '../control/control.ts';
import { type Control, endOf } from '../control/stage.ts';
import { readControl, type StoredControl, writeControl } from './controlRecord.ts';
import { controlKeys, controlRange, controlsPartition } from './keys.ts';
import { readRecord, storeFormat } from './readRecord.ts';
import type { Row, RowStore, RowWrite } from './rowStore.ts';
import { setAside } from './setAside.ts';

/** What is over is kept for as long, so that it can be looked up and a late event finds it. */
const keptForMs = 40 * 86_400_000;

/** Old ones that go with one change: it has room for the head and the control too. */
const mostDropped = 90;

/** More changes than this are not made in the minute before somebody notices that the rows are lost. */
const lostAtMost = 1_000;

type Read = {
  readonly version: number;
  /** null: there is no head, or none that can be read. */
  readonly headTag: string | null;
  readonly stored: readonly StoredControl[];
};

/**
 * What people have set while the app runs: a row each, and a head with the version, which every change rewrites over the
 * tag that was read. So versions are counted without a gap, and two people who act at once both act on what is true.
 */
export function createControlStore(rows: RowStore) {
  async function readAll(): Promise<Read> {
    const found = await rows.range(controlsPartition, controlRange.from, controlRange.to);
    const head = found.find(({ key }) => key === controlKeys.head) ?? null;
    const version = head && readHead(head);
    const stored: StoredControl[] = [];
    const unreadable: Row[] = head && version === null ? [head] : [];
    for (const row of found) {
      if (row === head) continue;
      const control = readControl(row);
      if (control === null) unreadable.push(row);
      else stored.push(control);
    }
    await setAside(rows, controlsPartition, unreadable);
    // A head that is lost must not take the version back: the control that changed last has it too.
    const newest = stored.reduce((most, one) => Math.max(most, one.version), version ?? 0);
    return { version: newest, headTag: head && version !== null ? head.etag : null, stored };
  }

  return {
    /** The version alone: one read of one row. null: nobody has set anything yet, or the head is lost. */
    async version(): Promise<number | null> {
      const head = await rows.get(controlsPartition, controlKeys.head);
      return head && readHead(head);
    },

    /** All of them, but those that have been over for long. */
    async read(nowMs: number): Promise<Controls> {
      const { version, stored } = await readAll();
      return controlsOf(version, stored, nowMs);
    },

    /**
     * Adds a control, or changes one, over what is true at that moment; who loses the race decides anew.
     *
     * @param decide what to write, by what there is and the version that it will have; null: nothing
     * @returns all of them after the change; null: nothing was written
     */
    async change(
      decide: (current: Controls, version: number) => Control | null,
      nowMs: number,
    ): Promise<Controls | null> {
      for (;;) {
        const read = await readAll();
        const version = read.version + 1;
        const control = decide(controlsOf(read.version, read.stored, nowMs), version);
        if (control === null) return null;
        const next: StoredControl = { control, version };
        const others = read.stored.filter((one) => one.control.id !== control.id);
        const old = others.filter((one) => isOld(one.control, nowMs)).slice(0, mostDropped);
        const result = await rows.commit(controlsPartition, [
          headWrite(version, read.headTag),
          { kind: 'put', key: controlKeys.control(control.id), data: writeControl(next) },
          ...old.map(
            (one): RowWrite => ({ kind: 'remove', key: controlKeys.control(one.control.id), etag: '*' }),
          ),
        ]);
        if (result.kind === 'saved') return controlsOf(version, [...others, next], nowMs);
      }
    },

    /**
     * Goes on counting behind a version that is known elsewhere, when the rows were lost: nobody would ever catch up with
     * the places that were decided by it.
     */
    async countFrom(known: number): Promise<void> {
      for (;;) {
        const { version, headTag } = await readAll();
        if (version >= known) return;
        const write = headWrite(known + lostAtMost, headTag);
        if ((await rows.commit(controlsPartition, [write])).kind === 'saved') return;
      }
    },
  };
}

export type ControlStore = ReturnType<typeof createControlStore>;

function controlsOf(version: number, stored: readonly StoredControl[], nowMs: number): Controls {
  const kept = stored
    .map(({ control }) => control)
    .filter((control) => !isOld(control, nowMs))
    .toSorted((a, b) => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1));
  return {
    version,
    silences: kept.filter((control) => control.kind === 'silence'),
    windows: kept.filter((control) => control.kind === 'maintenance'),
  };
}

function isOld(control: Control, nowMs: number): boolean {
  const graceMs = control.kind === 'maintenance' ? control.returnGraceMs : 0;
  return endOf(control) + graceMs + keptForMs < nowMs;
}

function headWrite(version: number, etag: string | null): RowWrite {
  const [key, data] = [controlKeys.head, JSON.stringify({ v: storeFormat, version })];
  return etag === null ? { kind: 'create', key, data } : { kind: 'replace', key, data, etag };
}

function readHead(row: Row): number | null {
  return readRecord(row, ({ version }) => (typeof version === 'number' ? version : null));
}
