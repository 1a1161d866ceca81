import type { IncidentFile } from '../incident/incidentFile.ts';
import {
  type FileLayout,
  layoutWith,
  newLayout,
  type ReadFile,
  readFile,
  withStory,
  writeFile,
} from './incidentRecord.ts';
import { incidentIdOfKey, rowKeys } from './keys.ts';
import type { Row, RowWrite } from './rowStore.ts';

/** An incident's file as it was read: what an update must show, and what is stored beside the head. */
export type StoredFile = {
  readonly file: IncidentFile;
  readonly layout: FileLayout;
  readonly etag: string;
  /** Texts of the rows beside the head, by key: what is the same is not written again. */
  readonly beside: ReadonlyMap<string, string>;
  /**
   * Keys of rows that the head does not count: a crash has left them, or they are newer than the head, read on a later
   * page. They stay until the incident goes, for by now a newer head may count them.
   */
  readonly uncounted: readonly string[];
};

export type ReadFiles = {
  readonly files: ReadonlyMap<string, StoredFile>;
  readonly unreadable: readonly Row[];
  /** Rows of incidents that have no head: an end between two transactions left them. */
  readonly orphans: readonly Row[];
};

/** Puts the rows under `i|` together. */
export function readFiles(rows: readonly Row[]): ReadFiles {
  const files = new Map<string, StoredFile>();
  const unreadable: Row[] = [];
  const orphans: Row[] = [];
  for (const [incidentId, own] of Map.groupBy(rows, ({ key }) => incidentIdOfKey(key))) {
    const head = own.find(({ key }) => key === rowKeys.incident(incidentId));
    const members = own.filter(({ key }) => key.startsWith(`i|${incidentId}|m|`));
    const read = head && readFile(head, members);
    if (!head) orphans.push(...own);
    else if (!read || read.file.incident.incidentId !== incidentId) unreadable.push(...own);
    else {
      const story = own.filter(({ key }) => key.startsWith(`i|${incidentId}|t|`));
      files.set(incidentId, stored(read, head.etag, members, story));
    }
  }
  return { files, unreadable, orphans };
}

function stored(read: ReadFile, etag: string, members: readonly Row[], story: readonly Row[]): StoredFile {
  const { chunks, storyChunks } = read.layout;
  const beside = [...members.slice(0, chunks), ...story.slice(0, storyChunks)];
  const uncounted = [...members.slice(chunks), ...story.slice(storyChunks)];
  return {
    file: read.file,
    layout: read.layout,
    etag,
    beside: new Map(beside.map(({ key, data }) => [key, data])),
    uncounted: uncounted.map(({ key }) => key),
  };
}

/** The file with its whole story. */
export function wholeFile({ file, layout, beside }: StoredFile): IncidentFile {
  const story = [...beside].filter(([key]) => key.includes('|t|'));
  return withStory(
    { file, layout },
    story.map(([key, data]) => ({ key, data, etag: '' })),
  );
}

/** What to write for a file, the head last; and the file as it is stored then, but for the head's new tag. */
export type FileWrites = { readonly writes: readonly RowWrite[]; readonly stored: Omit<StoredFile, 'etag'> };

/** @param before null: it is a new one */
export function writesOf(before: StoredFile | null, file: IncidentFile): FileWrites {
  const { incidentId } = file.incident;
  const texts = writeFile(file, layoutWith(before?.layout ?? newLayout, file));
  const beside = new Map(before?.beside);
  const writes: RowWrite[] = [];
  const put = (key: string, data: string) => {
    if (beside.get(key) === data) return;
    beside.set(key, data);
    writes.push({ kind: 'put', key, data });
  };
  for (const [chunk, data] of texts.chunks.entries()) put(rowKeys.members(incidentId, chunk), data);
  for (const [index, data] of texts.story.entries())
    put(rowKeys.story(incidentId, texts.storyFrom + index), data);
  const key = rowKeys.incident(incidentId);
  writes.push(
    before === null
      ? { kind: 'create', key, data: texts.head }
      : { kind: 'replace', key, data: texts.head, etag: before.etag },
  );
  const kept = texts.story.length === 0 ? file : headOf(file, texts.head);
  const uncounted = (before?.uncounted ?? []).filter((row) => !beside.has(row));
  return { writes, stored: { file: kept, layout: texts.layout, beside, uncounted } };
}

/** The file as its head alone tells it, when a part of its story has moved beside it. */
function headOf(file: IncidentFile, head: string): IncidentFile {
  const stored = JSON.parse(head) as { notices: { noticeId: string }[]; timeline: IncidentFile['timeline'] };
  const kept = new Set(stored.notices.map(({ noticeId }) => noticeId));
  return {
    ...file,
    notices: file.notices.filter(({ noticeId }) => kept.has(noticeId)),
    timeline: stored.timeline,
  };
}

/** Removes a file, the head first: what a crash leaves is an orphan. */
export function removalOf({ file, etag, beside, uncounted }: StoredFile): RowWrite[] {
  return [
    { kind: 'remove', key: rowKeys.incident(file.incident.incidentId), etag },
    ...[...beside.keys(), ...uncounted].map((key): RowWrite => ({ kind: 'remove', key, etag: '*' })),
  ];
}
