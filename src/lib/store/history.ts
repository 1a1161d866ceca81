import { formatPlaceKey, type PlaceKey, parsePlaceKey } from '../directory/placeKey.ts';
import type { IncidentChange } from '../incident/evaluate.ts';
import { incidentIdLength, placeTag, placeTagOf } from '../incident/ids.ts';
import type { Note } from '../incident/incident.ts';
import type { IncidentFile } from '../incident/incidentFile.ts';
import { withNote } from '../incident/notes.ts';
import type { TimelineEntry } from '../incident/timeline.ts';
import { layoutWith, newLayout, readFile, withStory, writeFile } from './incidentRecord.ts';
import {
  historyPartition,
  historyShards,
  newestFirst,
  noticesPartition,
  placeShards,
  placesPartition,
  shardOf,
} from './keys.ts';
import { mergedPage } from './mergedPage.ts';
import { readRecord, storeFormat } from './readRecord.ts';
import type { Row, RowStore, RowWrite } from './rowStore.ts';
import { cut, transactionsOf } from './transactions.ts';

/** Where an incident is kept: at its place, or in the history; null: there is none of this id. */
export type Whereabouts =
  | { readonly kind: 'live'; readonly place: PlaceKey }
  | { readonly kind: 'past'; readonly place: PlaceKey; readonly file: IncidentFile };

/** A past incident and the place that it is of. */
export type PastIncident = { readonly place: PlaceKey; readonly file: IncidentFile };

/** A notice as the index of notices names it. */
export type IndexedNotice = {
  readonly place: PlaceKey;
  readonly incidentId: string;
  readonly noticeId: string;
  /** The row of the index that names it: a list goes on there. */
  readonly row: string;
};

const noticesInRow = 100;
/** Past incidents of one place that are read side by side. */
const filesAtOnce = 16;
/** With the one row that tells whether more follow, a page of the service. */
const pageRows = 999;

/**
 * What is over, by time: whole incidents by the moment of their end, and an index of all notices by the moment of their
 * making. Rows beyond the longest age are dropped from the old end. Every row can be written twice.
 */
export function createHistory(rows: RowStore) {
  const historyPartitions = Array.from({ length: historyShards }, (_, shard) => historyPartition(shard));
  const noticePartitions = Array.from({ length: historyShards }, (_, shard) => noticesPartition(shard));

  return {
    /** Makes a place findable by the tag in the ids of its incidents. */
    async place(key: PlaceKey): Promise<void> {
      const tag = placeTag(key);
      const data = JSON.stringify({ v: storeFormat, place: formatPlaceKey(key) });
      await rows.commit(placesPartition(shardOf(tag, placeShards)), [{ kind: 'put', key: tag, data }]);
    },

    /** Keeps incidents that are over for everybody. */
    async keep(key: PlaceKey, files: readonly IncidentFile[]): Promise<void> {
      if (files.length === 0) return;
      const tag = placeTag(key);
      const partition = historyPartition(shardOf(tag, historyShards));
      const groups = files.map((file) => historyWrites(key, file));
      for (const writes of transactionsOf(groups)) await rows.commit(partition, writes);
      const pointers = files.map((file): RowWrite => {
        const data = JSON.stringify({ v: storeFormat, key: historyKey(file) });
        return { kind: 'put', key: `${tag}|${file.incident.incidentId}`, data };
      });
      const places = placesPartition(shardOf(tag, placeShards));
      for (const writes of transactionsOf([pointers])) await rows.commit(places, writes);
    },

    /** Names the new notices of an evaluation. */
    async index(key: PlaceKey, changes: readonly IncidentChange[]): Promise<void> {
      const made = changes.flatMap(({ notices, dropped }) => [
        ...notices,
        ...dropped.filter(({ createdAtMs, finishedAtMs }) => createdAtMs === finishedAtMs),
      ]);
      if (made.length === 0) return;
      const tag = placeTag(key);
      const atMs = made[0]!.createdAtMs;
      const writes = cut(made, noticesInRow).map((part, number): RowWrite => {
        const notices = part.map(({ noticeId, incidentId }) => [noticeId, incidentId]);
        const data = JSON.stringify({ v: storeFormat, place: formatPlaceKey(key), notices });
        const first = part[0]!.noticeId;
        return { kind: 'put', key: `${newestFirst(atMs)}|${tag}|${number}|${first}`, data };
      });
      const partition = noticesPartition(shardOf(tag, historyShards));
      for (const transaction of transactionsOf([writes])) await rows.commit(partition, transaction);
    },

    /** Finds an incident by its id alone; null: there is no such place, or no such id could be. */
    async find(incidentId: string): Promise<Whereabouts | null> {
      const tag = placeTagOf(incidentId);
      if (tag === null) return null;
      const partition = placesPartition(shardOf(tag, placeShards));
      const found = await rows.getMany(partition, [tag, `${tag}|${incidentId}`]);
      const placeRow = found.find(({ key }) => key === tag);
      const place = placeRow && readPlace(placeRow);
      if (!place) return null;
      const pointer = found.find(({ key }) => key !== tag);
      const key = pointer && readRecord(pointer, (value) => String(value.key));
      if (!key) return { kind: 'live', place };
      const past = await rows.range(historyPartition(shardOf(tag, historyShards)), key, `${key}}`);
      const file = readPast(past)[0]?.file;
      return file ? { kind: 'past', place, file } : { kind: 'live', place };
    },

    /**
     * Adds a note, and what it says in the story, to an incident that is over, over the tag that was read; null: there is
     * none of this id. Only its head is written, whatever lies beside it.
     */
    async addNote(incidentId: string, note: Note, entry: TimelineEntry): Promise<PastIncident | null> {
      const tag = placeTagOf(incidentId);
      if (tag === null) return null;
      const pointer = await rows.get(placesPartition(shardOf(tag, placeShards)), `${tag}|${incidentId}`);
      const key = pointer && readRecord(pointer, (value) => String(value.key));
      if (!key) return null;
      const partition = historyPartition(shardOf(tag, historyShards));
      for (;;) {
        const found = await rows.range(partition, key, `${key}}`);
        const head = found.find((row) => row.key === key);
        const [past] = readPast(found);
        if (!head || !past) return null;
        const stored = JSON.parse(head.data) as Partial<Pick<IncidentFile, 'notes' | 'timeline'>>;
        const notes = withNote(past.file.notes, note);
        const timeline = [...(stored.timeline ?? []), entry];
        const data = JSON.stringify({ ...stored, notes, timeline });
        const result = await rows.commit(partition, [{ kind: 'replace', key, data, etag: head.etag }]);
        if (result.kind === 'superseded') continue;
        return { place: past.place, file: { ...past.file, notes, timeline: [...past.file.timeline, entry] } };
      }
    },

    /** The place of incidents whose ids begin so, and the ids of those in the history; null: there is no such place. */
    async startingWith(start: string): Promise<{ place: PlaceKey; past: string[] } | null> {
      const tag = placeTagOf(start.padEnd(incidentIdLength, '_'));
      if (tag === null) return null;
      const partition = placesPartition(shardOf(tag, placeShards));
      const placeRow = await rows.get(partition, tag);
      const place = placeRow && readPlace(placeRow);
      if (!place) return null;
      const pointers = await rows.range(partition, `${tag}|${start}`, `${tag}|${start}}`);
      return { place, past: pointers.map(({ key }) => incidentIdIn(key)) };
    },

    /** Incidents of one place that ended at that moment or later, by their ends. */
    async ofPlace(key: PlaceKey, fromMs: number): Promise<IncidentFile[]> {
      const tag = placeTag(key);
      const pointers = await rows.range(
        placesPartition(shardOf(tag, placeShards)),
        `${tag}|inc_`,
        `${tag}|inc_~`,
      );
      const oldest = newestFirst(fromMs);
      const keys = pointers
        .flatMap((row) => readRecord(row, (value) => String(value.key)) ?? [])
        .filter((file) => file <= `${oldest}~`)
        .sort()
        .reverse();
      const partition = historyPartition(shardOf(tag, historyShards));
      const files: IncidentFile[] = [];
      for (const part of cut(keys, filesAtOnce)) {
        const found = await Promise.all(part.map((file) => rows.range(partition, file, `${file}}`)));
        files.push(...found.flatMap((own) => readPast(own).map(({ file }) => file)));
      }
      return files;
    },

    /** Incidents that are over, newest end first. @param from where to go on; empty: at the newest */
    async past(from: string, limit: number): Promise<{ items: PastIncident[]; next: string | null }> {
      const page = await mergedPage(rows, historyPartitions, from, '~~~~', limit);
      const last = page.rows.at(-1);
      const goesOn = last && page.next !== null && fileKeyOf(page.next) === fileKeyOf(last.key);
      if (!goesOn) return { items: readPast(page.rows), next: page.next };
      // The page ends within an incident: it is read to its end, and the next page begins behind it.
      const file = fileKeyOf(last.key);
      const whole = page.rows.filter(({ key }) => fileKeyOf(key) !== file);
      const partition = historyPartition(shardOf(placeTagOf(incidentIdIn(file)) ?? '', historyShards));
      return {
        items: readPast([...whole, ...(await rows.range(partition, file, `${file}}`))]),
        next: `${file}}`,
      };
    },

    /** The past incidents of one place, newest end first, as names for `pastByKey`. */
    async pastOf(place: PlaceKey): Promise<string[]> {
      const tag = placeTag(place);
      const pointers = await rows.range(placesPartition(shardOf(tag, placeShards)), `${tag}|`, `${tag}}`);
      return pointers.flatMap((row) => readRecord(row, (value) => String(value.key)) ?? []).sort();
    },

    /** A past incident by its name; null: it is gone. */
    async pastByKey(key: string): Promise<PastIncident | null> {
      const partition = historyPartition(shardOf(placeTagOf(incidentIdIn(key)) ?? '', historyShards));
      return readPast(await rows.range(partition, key, `${key}}`))[0] ?? null;
    },

    /** When the incident of such a name ended, milliseconds. */
    endOf: (key: string): number => Number.MAX_SAFE_INTEGER - Number(key.split('|')[0]),

    /** All notices, newest first. @param from where to go on; empty: at the newest */
    async notices(from: string, limit: number): Promise<{ items: IndexedNotice[]; next: string | null }> {
      const page = await mergedPage(rows, noticePartitions, from, '~~~~', limit);
      const items = page.rows.flatMap((row) => readIndexed(row));
      return { items, next: page.next };
    },

    /** Drops what ended, or was said, before that moment; a page of each shard at a time. Answers how many rows. */
    async dropBefore(atMs: number): Promise<number> {
      let dropped = 0;
      const oldest = newestFirst(atMs);
      for (const partition of [...historyPartitions, ...noticePartitions]) {
        const page = await rows.page(partition, oldest, '~~~~', pageRows);
        const pointers = Map.groupBy(
          page.rows.flatMap((row) => pointerOf(row) ?? []),
          ({ partition: places }) => places,
        );
        for (const [places, own] of pointers)
          await removeAll(
            rows,
            places,
            own.map(({ key }) => key),
          );
        await removeAll(
          rows,
          partition,
          page.rows.map(({ key }) => key),
        );
        dropped += page.rows.length;
      }
      return dropped;
    },
  };
}

export type History = ReturnType<typeof createHistory>;

/** Removes what is still there. */
async function removeAll(rows: RowStore, partition: string, keys: readonly string[]): Promise<void> {
  for (const part of cut([...new Set(keys)], 100)) {
    const writes = part.map((key): RowWrite => ({ kind: 'remove', key, etag: '*' }));
    const { kind } = await rows.commit(partition, writes);
    // One of them was gone already: then one by one.
    if (kind === 'superseded') for (const write of writes) await rows.commit(partition, [write]);
  }
}

function historyKey({ incident }: IncidentFile): string {
  return `${newestFirst(incident.resolvedAtMs ?? incident.openedAtMs)}|${incident.incidentId}`;
}

/** The head comes last: who finds it finds the rest. */
function historyWrites(place: PlaceKey, file: IncidentFile): RowWrite[] {
  const texts = writeFile(file, layoutWith(newLayout, file));
  const key = historyKey(file);
  const head = JSON.stringify({ place: formatPlaceKey(place), ...(JSON.parse(texts.head) as object) });
  const number = (n: number) => String(n).padStart(5, '0');
  return [
    ...texts.chunks.map((data, n): RowWrite => ({ kind: 'put', key: `${key}|m|${number(n)}`, data })),
    ...texts.story.map((data, n): RowWrite => ({ kind: 'put', key: `${key}|t|${number(n)}`, data })),
    { kind: 'put', key, data: head },
  ];
}

/** The key of the head to which a row of a past incident belongs. */
function fileKeyOf(key: string): string {
  return key.split('|').slice(0, 2).join('|');
}

function incidentIdIn(key: string): string {
  return key.split('|')[1] ?? '';
}

/** Puts the rows of past incidents together; one whose rows are not all there is left out. */
function readPast(rows: readonly Row[]): PastIncident[] {
  const groups = Map.groupBy(rows, ({ key }) => fileKeyOf(key));
  return [...groups].flatMap(([key, own]) => {
    const head = own.find((row) => row.key === key);
    const place = head && readPlace(head);
    const read =
      head &&
      readFile(
        head,
        own.filter((row) => row.key.startsWith(`${key}|m|`)),
      );
    if (!place || !read) return [];
    return [
      {
        place,
        file: withStory(
          read,
          own.filter((row) => row.key.startsWith(`${key}|t|`)),
        ),
      },
    ];
  });
}

function readPlace(row: Row): PlaceKey | null {
  return readRecord(row, ({ place }) => parsePlaceKey(place));
}

function readIndexed(row: Row): IndexedNotice[] {
  const place = readPlace(row);
  const notices = readRecord(row, (value) => value.notices as readonly [string, string][]);
  if (!place || !Array.isArray(notices)) return [];
  return notices.map(([noticeId, incidentId]) => ({ place, incidentId, noticeId, row: row.key }));
}

/** The pointer to a past incident, by a row of it. */
function pointerOf({ key }: Row): { partition: string; key: string } | null {
  const incidentId = incidentIdIn(key);
  const tag = placeTagOf(incidentId);
  if (tag === null) return null;
  return { partition: placesPartition(shardOf(tag, placeShards)), key: `${tag}|${incidentId}` };
}
