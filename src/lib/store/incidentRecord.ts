import type { Quiet } from '../control/quiet.ts';
import { deviceKey } from '../device/device.ts';
import { readHandle } from '../incident/handle.ts';
import type {
  DiagnosisRecord,
  Incident,
  Member,
  MemberState,
  Notice,
  Told,
  ToldFacts,
} from '../incident/incident.ts';
import type { IncidentFile } from '../incident/incidentFile.ts';
import type { TimelineEntry } from '../incident/timeline.ts';
import { packKeys, unpackKeys } from './keySets.ts';
import { readRecord, storeFormat } from './readRecord.ts';
import type { Row } from './rowStore.ts';

/** Up to this many members stand in the head of the file; more lie in rows of their own. */
const membersInHead = 16;
const membersInChunk = 128;

/** So much of the story stays in the head; what is older moves to rows of its own. */
const storyInHead = 40;
const storyInChunk = 200;

type StoredMember = readonly [
  deviceId: string,
  moduleId: string | null,
  state: MemberState,
  recovering: 0 | 1,
  lostAtMs: number | null,
  since: number,
  backAtMs: number | null,
  connectedBeforeMs?: number,
  quiet?: Quiet | null,
  quietThroughout?: 1,
];

type StoredFacts = Omit<ToldFacts, 'down' | 'flapping' | 'unsure'> & {
  readonly down: string;
  readonly flapping: string;
  readonly unsure?: string;
};

type StoredHead = {
  readonly v: number;
  readonly incident: Omit<Incident, 'members'>;
  /** null: they lie in that many chunks. */
  readonly members: readonly StoredMember[] | null;
  readonly chunks: number;
  readonly told: readonly (Omit<Told, 'facts'> & { readonly facts: StoredFacts | null })[];
  readonly notices: readonly (Omit<Notice, 'possiblyDelivered'> & {
    readonly possiblyDelivered: StoredFacts | null;
  })[];
  readonly diagnosis: DiagnosisRecord | null;
  readonly timeline: readonly TimelineEntry[];
  readonly notes?: IncidentFile['notes'];
  readonly done?: IncidentFile['done'];
  /** Rows of the story that are not in the head. */
  readonly storyChunks: number;
};

type StoredStory = {
  readonly v: number;
  readonly notices: StoredHead['notices'];
  readonly timeline: readonly TimelineEntry[];
};

/** The texts of an incident's rows. */
export type IncidentTexts = {
  readonly head: string;
  readonly chunks: readonly string[];
  /** New rows of the story, from this number on. */
  readonly story: readonly string[];
  readonly storyFrom: number;
};

/** What a file must remember between reading and writing. */
export type FileLayout = {
  /** Keys of the members by their numbers, which stay as they are for good. */
  readonly keys: readonly string[];
  readonly chunks: number;
  readonly storyChunks: number;
};

export const newLayout: FileLayout = { keys: [], chunks: 0, storyChunks: 0 };

/** Members that joined get the next numbers. */
export function layoutWith(layout: FileLayout, { incident }: IncidentFile): FileLayout {
  const known = new Set(layout.keys);
  const joined = [...incident.members.keys()].filter((key) => !known.has(key));
  const keys = joined.length === 0 ? layout.keys : [...layout.keys, ...joined];
  const chunks = keys.length <= membersInHead ? 0 : Math.ceil(keys.length / membersInChunk);
  return { ...layout, keys, chunks };
}

/** The rows of a file, by a layout that has numbers for all of its members. */
export function writeFile(file: IncidentFile, layout: FileLayout): IncidentTexts & { layout: FileLayout } {
  const numberOf = new Map(layout.keys.map((key, number) => [key, number]));
  const facts = (told: ToldFacts | null) => told && storedFacts(told, numberOf);
  const { members: _members, ...incident } = file.incident;
  const notices = file.notices.map((notice) => ({
    ...notice,
    possiblyDelivered: facts(notice.possiblyDelivered),
  }));
  const finished = notices.filter(({ state }) => state !== 'pending');
  const spill = file.timeline.length > 2 * storyInHead || finished.length > storyInHead;
  const spilled = new Set(spill ? finished : []);
  const story = spill ? cutStory([...spilled], file.timeline.slice(0, -storyInHead)) : [];
  const head: StoredHead = {
    v: storeFormat,
    incident,
    members: layout.chunks === 0 ? storedMembers(file.incident, layout.keys) : null,
    chunks: layout.chunks,
    told: file.told.map((entry) => ({ ...entry, facts: facts(entry.facts) })),
    notices: notices.filter((notice) => !spilled.has(notice)),
    diagnosis: file.diagnosis,
    timeline: spill ? file.timeline.slice(-storyInHead) : file.timeline,
    storyChunks: layout.storyChunks + story.length,
    ...(file.notes ? { notes: file.notes } : {}),
    ...(file.done ? { done: file.done } : {}),
  };
  return {
    head: JSON.stringify(head),
    chunks: Array.from({ length: layout.chunks }, (_, chunk) =>
      JSON.stringify({ v: storeFormat, members: storedMembers(file.incident, keysOfChunk(layout, chunk)) }),
    ),
    story: story.map((part) => JSON.stringify(part)),
    storyFrom: layout.storyChunks,
    layout: { ...layout, storyChunks: head.storyChunks },
  };
}

/** The head's own text when only the story, the ledger or the diagnosis changed: members keep their numbers. */
export type ReadFile = { readonly file: IncidentFile; readonly layout: FileLayout };

/** A file from its head and the rows of its members, which may be in any order; null when it cannot be read. */
export function readFile(head: Row, memberRows: readonly Row[]): ReadFile | null {
  return readRecord(head, (value) => {
    const stored = value as unknown as StoredHead;
    const parts = stored.members === null ? readChunks(memberRows, stored.chunks) : stored.members;
    if (parts === null || typeof stored.incident?.incidentId !== 'string') return null;
    const members = parts.map(readMember);
    const keys = members.map(deviceKey);
    const incident: Incident = {
      ...incidentDefaults,
      ...stored.incident,
      members: new Map(members.map((member, number) => [keys[number]!, member])),
    };
    const facts = (told: StoredFacts | null | undefined) => (told ? readFacts(told, keys) : null);
    const file: IncidentFile = {
      incident,
      told: (stored.told ?? []).map((entry) => readTold(entry, facts(entry.facts))),
      notices: (stored.notices ?? []).map((one) => ({
        ...one,
        possiblyDelivered: facts(one.possiblyDelivered),
      })),
      diagnosis: stored.diagnosis ? readDiagnosis(stored.diagnosis) : null,
      timeline: stored.timeline ?? [],
      ...(stored.notes ? { notes: stored.notes } : {}),
      ...(stored.done ? { done: stored.done } : {}),
    };
    return { file, layout: { keys, chunks: stored.chunks ?? 0, storyChunks: stored.storyChunks ?? 0 } };
  });
}

/** The file with the parts of its story that lie in rows of their own, which must be in order. */
export function withStory({ file, layout }: ReadFile, rows: readonly Row[]): IncidentFile {
  const parts = rows.flatMap((row) => readRecord(row, (value) => value as unknown as StoredStory) ?? []);
  const facts = (told: StoredFacts | null) => (told ? readFacts(told, layout.keys) : null);
  const notices = parts.flatMap((part) =>
    part.notices.map((one) => ({ ...one, possiblyDelivered: facts(one.possiblyDelivered) })),
  );
  return {
    ...file,
    // What has changed since it left the head stands there again.
    notices: [...new Map([...notices, ...file.notices].map((one) => [one.noticeId, one])).values()],
    timeline: [...parts.flatMap((part) => part.timeline), ...file.timeline],
  };
}

/** A handle that cannot be read is none: the channel then begins anew. */
function readTold({ handle: stored, ...entry }: StoredHead['told'][number], facts: ToldFacts | null): Told {
  const handle = readHandle(stored);
  return { ...entry, facts, ...(handle ? { handle } : {}) };
}

/** Answers of an earlier version name one cause alone, and not what they were found for: they fit nothing. */
function readDiagnosis(record: DiagnosisRecord): DiagnosisRecord {
  const { diagnosis, about } = record;
  return {
    ...record,
    diagnosis: { ...diagnosis, also: diagnosis.also ?? [] },
    about: about ?? foundForNothing,
  };
}

const foundForNothing: DiagnosisRecord['about'] = {
  members: 0,
  flapping: 0,
  newestLossMs: 0,
  severity: 'info',
};

/** What a head of an earlier version may lack. */
const incidentDefaults: Pick<Incident, 'fallbacks' | 'firstSeverity' | 'resolvedAtMs'> = {
  fallbacks: [],
  firstSeverity: null,
  resolvedAtMs: null,
};

function readChunks(rows: readonly Row[], chunks: number): readonly StoredMember[] | null {
  const texts = rows
    .slice(0, chunks)
    .map((row) =>
      readRecord(row, (value) => (value as { members?: readonly StoredMember[] }).members ?? null),
    );
  if (texts.length < chunks || texts.includes(null)) return null;
  return texts.flatMap((members) => members ?? []);
}

function keysOfChunk({ keys }: FileLayout, chunk: number): readonly string[] {
  return keys.slice(chunk * membersInChunk, (chunk + 1) * membersInChunk);
}

function storedMembers({ members }: Incident, keys: readonly string[]): StoredMember[] {
  return keys.flatMap((key): StoredMember[] => {
    const member = members.get(key);
    if (!member) return [];
    const { deviceId, moduleId, state, recovering, lostAtMs, since, backAtMs, connectedBeforeMs } = member;
    const { quiet, quietThroughout } = member;
    const stored = [
      deviceId,
      moduleId,
      state,
      recovering ? 1 : 0,
      lostAtMs,
      since,
      backAtMs,
      connectedBeforeMs,
    ] as const;
    if (quietThroughout) return [[...stored, quiet ?? null, 1]];
    return [quiet ? [...stored, quiet] : stored];
  });
}

function readMember(stored: StoredMember): Member {
  const [
    deviceId,
    moduleId,
    state,
    recovering,
    lostAtMs,
    since,
    backAtMs,
    connectedBeforeMs = 0,
    quiet,
    quietThroughout,
  ] = stored;
  return {
    deviceId,
    moduleId,
    state,
    recovering: recovering === 1,
    lostAtMs,
    connectedBeforeMs,
    since,
    backAtMs,
    ...(quiet ? { quiet } : {}),
    ...(quietThroughout ? { quietThroughout: true } : {}),
  };
}

function storedFacts(facts: ToldFacts, numberOf: ReadonlyMap<string, number>): StoredFacts {
  const { unsure, ...rest } = facts;
  return {
    ...rest,
    down: packKeys(facts.down, numberOf),
    flapping: packKeys(facts.flapping, numberOf),
    ...(unsure ? { unsure: packKeys(unsure, numberOf) } : {}),
  };
}

function readFacts(facts: StoredFacts, keys: readonly string[]): ToldFacts {
  const { unsure, ...rest } = facts;
  return {
    ...rest,
    down: unpackKeys(facts.down, keys),
    flapping: unpackKeys(facts.flapping, keys),
    ...(unsure === undefined ? {} : { unsure: unpackKeys(unsure, keys) }),
  };
}

function cutStory(notices: StoredHead['notices'], timeline: readonly TimelineEntry[]): StoredStory[] {
  const parts: StoredStory[] = [];
  const length = Math.max(notices.length, timeline.length);
  for (let start = 0; start < length; start += storyInChunk) {
    const end = start + storyInChunk;
    parts.push({
      v: storeFormat,
      notices: notices.slice(start, end),
      timeline: timeline.slice(start, end),
    });
  }
  return parts;
}
