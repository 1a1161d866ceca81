import { describe, expect, it } from 'vitest';
import type { IncidentFile } from '../../../src/lib/incident/incidentFile.ts';
import {
  type FileLayout,
  layoutWith,
  newLayout,
  readFile,
  withStory,
  writeFile,
} from '../../../src/lib/store/incidentRecord.ts';
import type { Row } from '../../../src/lib/store/rowStore.ts';
import { nothingFound } from '../../simulation/edges.ts';
import { hubResourceId, start } from '../../support/events.ts';
import { deviceNames, fileOf, longStory, noticeOf } from '../../support/files.ts';
import { facts, foundForAll, incident, toldOf } from '../../support/incidents.ts';

const rowOf = (data: string): Row => ({ key: 'any', data, etag: 'v1' });

function write(file: IncidentFile, before: FileLayout = newLayout) {
  return writeFile(file, layoutWith(before, file));
}

function read({ head, chunks, story }: ReturnType<typeof writeFile>): IncidentFile {
  const found = readFile(rowOf(head), chunks.map(rowOf));
  if (found === null) throw new Error('it cannot be read');
  return withStory(found, story.map(rowOf));
}

const odd = ['12', 'constructor', '__proto__', 'toString', '7', 'gw/agent', 'a|b', 'ø🏭', '0'];

describe('a file', () => {
  it.each([
    { what: 'nobody', file: fileOf([]) },
    { what: 'one device', file: fileOf(['oslo-1']) },
    { what: 'as many devices as the head holds', file: fileOf(deviceNames(16)) },
    { what: 'one more', file: fileOf(deviceNames(17)) },
    { what: 'a thousand devices', file: fileOf(deviceNames(1_000)) },
    { what: 'devices whose names mean something to JavaScript', file: fileOf(odd) },
    { what: 'a hub as a whole', file: fileOf(['hub'], { subject: { kind: 'hub', level: null } }) },
    { what: 'a hub whose resource is known', file: fileOf(['oslo-1'], { hubResourceId }) },
    { what: 'a long story', file: longStory(['oslo-1', 'oslo-2']) },
  ])('of $what is read back as it was written', ({ file }) => {
    const again = read(write(file));
    expect(again).toEqual(file);
    expect([...again.incident.members.keys()]).toEqual([...file.incident.members.keys()]);
  });

  it('of members in every state and of facts that are unsure is read back as it was written', () => {
    const words = { a: 'down', b: 'recovering', c: 'flapping', d: 'back', e: 'gone', f: 'flapped' } as const;
    const known = facts({ down: ['a', 'c'], flapping: ['b'], unsure: ['c'] });
    const file: IncidentFile = {
      ...fileOf([]),
      incident: incident(words),
      told: [toldOf(known)],
      notices: [noticeOf({ possiblyDelivered: known })],
    };
    expect(read(write(file))).toEqual(file);
  });

  it('of members that are quiet, or were, is read back with what is held', () => {
    const quiet = { why: 'maintenance', control: 'New switch', untilMs: start } as const;
    const marks = [{ quiet }, { quiet, quietThroughout: true }, { quietThroughout: true }, {}] as const;
    const plain = incident({ a: 'down', b: 'down', c: 'back', d: 'down' }, { tellableSinceMs: null });
    const members = [...plain.members].map(([id, member], n) => [id, { ...member, ...marks[n] }] as const);
    const held = { why: 'silence', control: 'sil_1', reason: 'outageGrew', sinceMs: 1, untilMs: 2 } as const;
    const file: IncidentFile = {
      ...fileOf([]),
      incident: { ...plain, members: new Map(members) },
      told: [toldOf({}, '1m', { held, remindersFromMs: 3, firstAttemptAtMs: 4 })],
    };
    expect(read(write(file))).toEqual(file);
  });

  it('of several causes is read back with all of them', () => {
    const also = [
      { cause: 'credentials' as const, confidence: 'medium' as const, devices: 8, summary: 'refused' },
    ];
    const diagnosis = {
      incidentId: 'inc_1',
      diagnosis: { ...nothingFound, also },
      firstAskedAtMs: start,
      asked: 2,
      about: foundForAll,
    };
    const file = fileOf(['oslo-1'], {}, { diagnosis });
    expect(read(write(file))).toEqual(file);
  });

  it.each([
    { count: 16, rows: 0 },
    { count: 17, rows: 1 },
    { count: 128, rows: 1 },
    { count: 129, rows: 2 },
  ])('of $count devices has $rows rows beside its head', ({ count, rows }) => {
    expect(write(fileOf(deviceNames(count))).chunks).toHaveLength(rows);
  });

  it('of 100,000 devices that fell together has a head of a few thousand characters', () => {
    const file = fileOf(deviceNames(100_000));
    const texts = write(file);
    expect(texts.head.length).toBeLessThan(4_000);
    expect(texts.chunks).toHaveLength(Math.ceil(100_000 / 128));
    expect(Math.max(...texts.chunks.map(({ length }) => length))).toBeLessThan(20_000);
  });

  it('with a long story keeps the newest of it in the head', () => {
    const file = longStory(['oslo-1']);
    const { head, story } = write(file);
    expect(head.length).toBeLessThan(10_000);
    const found = readFile(rowOf(head), [])!;
    expect(found.file.timeline).toEqual(file.timeline.slice(-40));
    expect(found.file.notices).toEqual([]);
    expect(found.layout.storyChunks).toBe(story.length);
  });

  it('keeps notices that are on their way in the head, however long its story is', () => {
    const file = longStory(['oslo-1']);
    const pending = noticeOf({ noticeId: 'ntc_now' });
    const { head } = write({ ...file, notices: [pending, ...file.notices] });
    expect(readFile(rowOf(head), [])?.file.notices).toEqual([pending]);
  });
});

describe('members', () => {
  /** A file, written with the layout of the one before. */
  const grow = (names: readonly string[], layout: FileLayout) => write(fileOf(names), layout);

  it('keep their numbers when others join, whatever the order in which they are named', () => {
    const first = grow(['m', 'z'], newLayout);
    const second = grow(['12', 'a', 'm', 'z'], first.layout);
    expect(second.layout.keys).toEqual(['m', 'z', '12', 'a']);
    const again = readFile(rowOf(second.head), [])!;
    expect(again.layout.keys).toEqual(second.layout.keys);
    expect(again.file.told[0]?.facts?.down.toSorted()).toEqual(['12', 'a', 'm', 'z']);
  });

  it('that join change only the last chunk', () => {
    const names = deviceNames(300);
    const first = grow(names, newLayout);
    const second = grow([...names, 'late'], first.layout);
    const changed = second.chunks.flatMap((text, index) => (text === first.chunks[index] ? [] : [index]));
    expect([changed, second.chunks.length]).toEqual([[2], 3]);
  });

  it('in chunks that are not all there cannot be read', () => {
    const { head, chunks } = grow(deviceNames(300), newLayout);
    expect(readFile(rowOf(head), chunks.slice(1).map(rowOf))).toBeNull();
    expect(readFile(rowOf(head), [...chunks.slice(0, 2), '{'].map(rowOf))).toBeNull();
    expect(readFile(rowOf(head), [...chunks, chunks[0]!].map(rowOf))).not.toBeNull();
  });
});

describe('a row of the version before', () => {
  const stored = (change: (head: { [field: string]: unknown }) => object) =>
    readFile(rowOf(JSON.stringify(change(JSON.parse(write(fileOf(['oslo-1'])).head)))), []);

  it.each(['fallbacks', 'firstSeverity', 'resolvedAtMs'])(
    'without %s of the incident is brought up to date',
    (field) => {
      const found = stored((head) => {
        const { [field]: _, ...rest } = head.incident as Record<string, unknown>;
        return { ...head, incident: rest };
      });
      const expected = { ...incident({ 'oslo-1': 'down' }), [field]: field === 'fallbacks' ? [] : null };
      expect(found?.file.incident).toEqual(expected);
    },
  );

  it.each([
    { field: 'storyChunks', means: { storyChunks: 0 } },
    { field: 'chunks', means: { chunks: 0 } },
  ])('without $field has none', ({ field, means }) => {
    expect(stored(({ [field]: _, ...rest }) => rest)?.layout).toMatchObject(means);
  });

  it.each(['told', 'notices', 'timeline'])('without %s has none', (field) => {
    expect(stored(({ [field]: _, ...rest }) => rest)?.file).toMatchObject({ [field]: [] });
  });

  it('without v, or with a member that does not know its last connect, is read all the same', () => {
    const found = stored(({ v: _, members, ...rest }) => ({
      ...rest,
      members: (members as unknown[][]).map((member) => member.slice(0, 7)),
    }));
    expect(found?.file.incident.members.get('oslo-1')).toMatchObject({
      lostAtMs: start,
      connectedBeforeMs: 0,
    });
  });
});

it.each([
  '',
  '{',
  'null',
  '7',
  '[]',
  '{}',
  '{"members":[]}',
  '{"members":null,"chunks":1}',
  '{"members":7,"incident":{"incidentId":"i"}}',
])('a head of %j cannot be read', (data) => {
  expect(readFile(rowOf(data), [])).toBeNull();
});

describe('what a channel remembers', () => {
  const handle = { kind: 'slack', channel: 'C1', ts: '1700000000.000100' };
  const withHandle = (told: object): IncidentFile => ({ ...fileOf([]), told: [{ ...toldOf({}), ...told }] });

  it('is read back as it was written, and takes no room where there is none', () => {
    expect(read(write(withHandle({ handle })))).toEqual(withHandle({ handle }));
    expect(write(withHandle({})).head).not.toContain('handle');
  });

  it.each([
    ['a text', 'C1'],
    ['a list', ['C1']],
    ['without a kind', { channel: 'C1' }],
    ['nested', { kind: 'slack', more: { channel: 'C1' } }],
    ['too long', { kind: 'slack', channel: 'C'.repeat(4_096) }],
  ])('is nothing when it is %s: the channel begins anew', (_, stored) => {
    expect(read(write(withHandle({ handle: stored }))).told).toEqual([toldOf({})]);
  });
});
