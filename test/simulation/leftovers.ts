import type { MemoryRows } from '../support/memoryRows.ts';

/**
 * Knows the kinds of rows and how they hang together, for the invariants alone: the one file of the tests to change with
 * the store's layout.
 */

type Head = {
  readonly chunks: number;
  readonly storyChunks: number;
  readonly told: readonly { readonly receiver: string; readonly pendingNoticeId: string | null }[];
  readonly notices: readonly { readonly noticeId: string; readonly state: string }[];
};

const headOf = (data: string): Head => JSON.parse(data) as Head;
const isHead = (key: string) => /^i\|[^|]+$/.test(key);

/** Live rows that belong to nothing: their incident is over or was never there. In words. */
export function leftovers(rows: MemoryRows): string[] {
  const left: string[] = [];
  for (const [partition, stored] of Map.groupBy(rows.all(), (one) => one.partition)) {
    const live = stored.map(({ row }) => row).filter(({ key }) => key.startsWith('i|'));
    const heads = new Map(live.filter(({ key }) => isHead(key)).map(({ key, data }) => [key, headOf(data)]));
    for (const { key } of live) {
      if (isHead(key)) continue;
      const [, id, kind, number] = key.split('|');
      const head = heads.get(`i|${id}`);
      const named = head && Number(number) < (kind === 'm' ? head.chunks : head.storyChunks);
      if (!named) left.push(`${key} of ${partition} belongs to no live incident`);
    }
    for (const [key, { told, notices }] of heads) {
      const pending = notices.filter(({ state }) => state === 'pending').map(({ noticeId }) => noticeId);
      const awaited = told.flatMap(({ pendingNoticeId }) => pendingNoticeId ?? []);
      for (const id of awaited)
        if (!pending.includes(id)) left.push(`${key} of ${partition} waits for ${id}, which is not there`);
      for (const id of pending)
        if (!awaited.includes(id)) left.push(`${id} of ${partition} is awaited by no receiver`);
    }
  }
  return left;
}

/** What names an incident that is neither live nor in the history: pointers, and rows of the list of open ones. */
export function pointersToNothing(rows: MemoryRows): string[] {
  const stored = rows.all();
  const live = new Set(stored.filter(({ row }) => isHead(row.key)).map(({ row }) => row.key.slice(2)));
  const past = new Set(
    stored.filter(({ partition }) => partition.startsWith('|history|')).map(({ row }) => row.key),
  );
  const pointers = stored
    .filter(({ partition, row }) => partition.startsWith('|places|') && row.key.includes('|'))
    .filter(({ row }) => !past.has((JSON.parse(row.data) as { key: string }).key))
    .map(({ row }) => `${row.key} points to no past incident`);
  const listed = stored
    .filter(({ partition, row }) => partition.startsWith('|sites|') && row.key.startsWith('o|'))
    .flatMap(({ row }) => (JSON.parse(row.data) as { items: { incidentId: string }[] }).items)
    .filter(({ incidentId }) => !live.has(incidentId))
    .map(({ incidentId }) => `${incidentId} is listed as open and not there`);
  return [...pointers, ...listed];
}

/** Sites on the list although nothing of them is open or due. */
export function idleSitesOnTheList(rows: MemoryRows): string[] {
  const live = new Set(
    rows
      .all()
      .filter(({ row }) => isHead(row.key))
      .map(({ partition }) => partition),
  );
  return rows
    .all()
    .filter(({ partition, row }) => partition.startsWith('|sites|') && /^[st]\|/.test(row.key))
    .filter(({ row }) => !live.has(row.key.slice(2)))
    .filter(({ row }) => (JSON.parse(row.data) as { dueAtMs: number | null }).dueAtMs !== null)
    .map(({ row }) => row.key);
}

/** How many notices are on their way. */
export function pendingNotices(rows: MemoryRows): number {
  return rows
    .all()
    .filter(({ row }) => isHead(row.key))
    .flatMap(({ row }) => headOf(row.data).notices)
    .filter(({ state }) => state === 'pending').length;
}

/** The ids of the incidents that are live. */
export function liveIncidentIds(rows: MemoryRows): string[] {
  return rows
    .keys()
    .filter(isHead)
    .map((key) => key.slice(2));
}

/** How many incidents are live. */
export function liveIncidents(rows: MemoryRows): number {
  return rows.keys().filter(isHead).length;
}

/** Whether any site is on the list of those that the sweep looks at. */
export function hasActiveSites(rows: MemoryRows): boolean {
  return rows.all().some(({ partition, row }) => partition.startsWith('|sites|') && /^[sto]\|/.test(row.key));
}
