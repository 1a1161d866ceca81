import { describe, expect, it } from 'vitest';
import type { IncidentFile } from '../../../src/lib/incident/incidentFile.ts';
import { rowKeys } from '../../../src/lib/store/keys.ts';
import type { Row, RowWrite } from '../../../src/lib/store/rowStore.ts';
import {
  readFiles,
  removalOf,
  type StoredFile,
  wholeFile,
  writesOf,
} from '../../../src/lib/store/storedFile.ts';
import { start } from '../../support/events.ts';
import { deviceNames, entryAt, fileOf, longStory } from '../../support/files.ts';

const ids = ['1', '2', '3'].map((n) => `inc_${n.repeat(28)}`);
const [one = '', two = '', three = ''] = ids;

/** The rows of incidents as a table keeps them: in order, each write with a tag of its own. */
class Rows {
  readonly #rows = new Map<string, Row>();
  #version = 0;

  apply(writes: readonly RowWrite[]): this {
    for (const write of writes) {
      if (write.kind === 'remove') this.#rows.delete(write.key);
      else this.#rows.set(write.key, { key: write.key, data: write.data, etag: `v${++this.#version}` });
    }
    return this;
  }

  get all(): Row[] {
    return [...this.#rows.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** The one file that is here, as it is read. */
  get only(): StoredFile {
    const { files, unreadable, orphans } = readFiles(this.all);
    expect([files.size, unreadable, orphans]).toEqual([1, [], []]);
    return [...files.values()][0]!;
  }
}

const keysOf = (writes: readonly RowWrite[]) =>
  writes.map(({ kind, key }) => `${kind} ${key.split('|').slice(2).join('|')}`);

describe('what is written', () => {
  it('of a new incident creates its head, last', () => {
    expect(keysOf(writesOf(null, fileOf(['a'], { incidentId: one })).writes)).toEqual(['create ']);
    expect(keysOf(writesOf(null, fileOf(deviceNames(130), { incidentId: one })).writes)).toEqual([
      'put m|00000',
      'put m|00001',
      'create ',
    ]);
  });

  it('of a change of the ledger is the head alone, over its tag', () => {
    const before = new Rows().apply(
      writesOf(null, fileOf(deviceNames(130), { incidentId: one })).writes,
    ).only;
    const { writes } = writesOf(before, { ...before.file, told: [] });
    expect(writes).toMatchObject([{ kind: 'replace', key: rowKeys.incident(one), etag: before.etag }]);
  });

  it('moves the members out of the head when there are too many for it', () => {
    const rows = new Rows().apply(writesOf(null, fileOf(deviceNames(16), { incidentId: one })).writes);
    const grown = fileOf(deviceNames(17), { incidentId: one });
    rows.apply(writesOf(rows.only, grown).writes);
    expect(rows.all.map(({ key }) => key)).toEqual([rowKeys.incident(one), rowKeys.members(one, 0)]);
    expect(rows.only.file).toEqual(grown);
  });

  it('over and over again keeps the whole story, while the head stays small', () => {
    const rows = new Rows().apply(writesOf(null, fileOf(deviceNames(200), { incidentId: one })).writes);
    let expected = rows.only.file;
    for (let n = 1; n <= 300; n++) {
      const entry = entryAt(start + n);
      const before = rows.only;
      rows.apply(writesOf(before, { ...before.file, timeline: [...before.file.timeline, entry] }).writes);
      expected = { ...expected, timeline: [...expected.timeline, entry] };
      expect(rows.only.file.timeline.length).toBeLessThanOrEqual(80);
    }
    expect(wholeFile(rows.only)).toEqual(expected);
  });

  it('answers the file as it is stored then, to be written on without reading', () => {
    const rows = new Rows();
    const first = writesOf(null, longStory(deviceNames(20), { incidentId: one }));
    rows.apply(first.writes);
    const { etag, ...read } = rows.only;
    expect(first.stored.file).toEqual(read.file);
    expect(first.stored.layout).toEqual(read.layout);
    expect([...first.stored.beside].sort()).toEqual([...read.beside].sort());
    const next: IncidentFile = { ...first.stored.file, told: [] };
    rows.apply(writesOf({ ...first.stored, etag }, next).writes);
    expect(wholeFile(rows.only)).toEqual({ ...longStory(deviceNames(20), { incidentId: one }), told: [] });
  });

  it('to remove it is every row of it, the head first', () => {
    const rows = new Rows().apply(writesOf(null, longStory(deviceNames(300), { incidentId: one })).writes);
    const removal = removalOf(rows.only);
    expect(removal[0]?.key).toBe(rowKeys.incident(one));
    expect(rows.apply(removal).all).toEqual([]);
  });
});

describe('what is read', () => {
  const whole = () => {
    const rows = new Rows();
    for (const incidentId of ids)
      rows.apply(writesOf(null, longStory(deviceNames(300), { incidentId })).writes);
    return rows.all;
  };

  it.each([
    { rule: 'a head that is no JSON', spoil: (row: Row) => ({ ...row, data: '{' }) },
    {
      rule: 'a head of another incident',
      spoil: (row: Row) => ({ ...row, data: row.data.replaceAll(two, three) }),
    },
  ])('sets $rule aside with all its rows, and the others go on', ({ spoil }) => {
    const rows = whole().map((row) => (row.key === rowKeys.incident(two) ? spoil(row) : row));
    const { files, unreadable, orphans } = readFiles(rows);
    expect([...files.keys()]).toEqual([one, three]);
    expect(unreadable).toEqual(rows.filter(({ key }) => key.includes(two)));
    expect(orphans).toEqual([]);
  });

  it.each([
    { rule: 'a chunk of the members that is missing', bad: rowKeys.members(two, 1), data: null },
    { rule: 'a chunk of the members that cannot be read', bad: rowKeys.members(two, 1), data: 'x' },
  ])('sets an incident aside for $rule', ({ bad, data }) => {
    const rows = whole().flatMap((row) => (row.key !== bad ? row : data === null ? [] : { ...row, data }));
    const { files, unreadable } = readFiles(rows);
    expect([...files.keys()]).toEqual([one, three]);
    expect(new Set(unreadable.map(({ key }) => key.split('|')[1]))).toEqual(new Set([two]));
  });

  it('does without a part of the story that cannot be read', () => {
    const rows = whole().map((row) => (row.key === rowKeys.story(two, 0) ? { ...row, data: 'x' } : row));
    const { files } = readFiles(rows);
    expect([...files.keys()]).toEqual(ids);
    expect(wholeFile(files.get(two)!).timeline.length).toBeGreaterThan(100);
  });

  it('names rows without a head as orphans, and those that the head does not count with its file', () => {
    const kept = new Rows().apply(writesOf(null, fileOf(deviceNames(20), { incidentId: one })).writes).all;
    const left = [
      rowKeys.members(one, 1),
      rowKeys.members(two, 0),
      rowKeys.story(one, 0),
      rowKeys.story(two, 0),
    ].map((key): Row => ({ key, data: '{}', etag: 'v0' }));
    const { files, unreadable, orphans } = readFiles(
      [...kept, ...left].toSorted((a, b) => (a.key < b.key ? -1 : 1)),
    );
    expect([[...files.keys()], unreadable]).toEqual([[one], []]);
    const keysOf = (id: string) => left.map(({ key }) => key).filter((key) => key.includes(id));
    expect(orphans.map(({ key }) => key)).toEqual(keysOf(two));
    expect(files.get(one)?.uncounted).toEqual(keysOf(one));
    expect(removalOf(files.get(one)!).map(({ key }) => key)).toEqual(expect.arrayContaining(keysOf(one)));
  });
});
