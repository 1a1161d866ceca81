import type { IncidentChange } from './evaluate.ts';
import type { DiagnosisRecord, Incident, Note, Notice, Told } from './incident.ts';
import type { TimelineEntry } from './timeline.ts';

/** One incident with all that is kept of it. */
export type IncidentFile = {
  readonly incident: Incident;
  readonly told: readonly Told[];
  /** Those on their way, and those that are finished. */
  readonly notices: readonly Notice[];
  readonly diagnosis: DiagnosisRecord | null;
  /** Oldest first. */
  readonly timeline: readonly TimelineEntry[];
  /** Oldest first; absent: none. */
  readonly notes?: readonly Note[];
  /** Steps of the diagnosis that somebody on the floor has done; absent: none. */
  readonly done?: readonly StepDone[];
};

export type StepDone = { readonly step: string; readonly by: string; readonly atMs: number };

/** The file after what an evaluation decided. */
export function fileAfter(before: IncidentFile | null, change: IncidentChange): IncidentFile {
  const { incident, told, notices, dropped, entries } = change;
  return {
    ...before,
    incident,
    told: [...replaced(before?.told ?? [], told, ({ receiver }) => receiver)],
    notices: replaced(before?.notices ?? [], [...notices, ...dropped], ({ noticeId }) => noticeId),
    diagnosis: before?.diagnosis ?? null,
    timeline: [...(before?.timeline ?? []), ...entries],
  };
}

/** The file after what became of one notice. */
export function withNotice(
  file: IncidentFile,
  notice: Notice,
  told: Told,
  entries: readonly TimelineEntry[] = [],
): IncidentFile {
  return {
    ...file,
    notices: replaced(file.notices, [notice], ({ noticeId }) => noticeId),
    told: replaced(file.told, [told], ({ receiver }) => receiver),
    timeline: [...file.timeline, ...entries],
  };
}

/** The items with the newer ones in the place of those with the same key, and the new ones behind them. */
function replaced<Item>(
  items: readonly Item[],
  newer: readonly Item[],
  keyOf: (item: Item) => string,
): Item[] {
  if (newer.length === 0) return [...items];
  const byKey = new Map(items.map((item) => [keyOf(item), item]));
  for (const item of newer) byKey.set(keyOf(item), item);
  return [...byKey.values()];
}
