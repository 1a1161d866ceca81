import type { MemoryRows } from '../support/memoryRows.ts';

/**
 * Knows the kinds of rows and how they hang together, for the invariants alone: the one file of the tests to change with
 * the store's layout.
 */

type Record = {
  readonly incidentId?: string;
  readonly status?: string;
  readonly pendingNoticeId?: string | null;
};

const recordOf = (data: string): Record => JSON.parse(data) as Record;

/** Live rows that belong to nothing: their incident, notice or site is over or was never there. In words. */
export function leftovers(rows: MemoryRows): string[] {
  const left: string[] = [];
  for (const [partition, stored] of Map.groupBy(rows.all(), (one) => one.partition)) {
    const live = stored.map(({ row }) => row).filter(({ key }) => /^[ginr]\|/.test(key));
    const incidents = new Set(live.filter(({ key }) => key.startsWith('i|')).map(({ key }) => key.slice(2)));
    const notices = new Set(live.filter(({ key }) => key.startsWith('n|')).map(({ key }) => key.slice(2)));
    for (const { key, data } of live) {
      if (key.startsWith('i|')) continue;
      const { incidentId = '', pendingNoticeId = null } = recordOf(data);
      if (!incidents.has(incidentId)) left.push(`${key} of ${partition} belongs to no live incident`);
      if (pendingNoticeId !== null && !notices.has(pendingNoticeId))
        left.push(`${key} of ${partition} waits for a notice that is not there`);
    }
    const expected = new Set(
      live.filter(({ key }) => key.startsWith('r|')).map(({ data }) => recordOf(data).pendingNoticeId),
    );
    for (const notice of notices)
      if (!expected.has(notice)) left.push(`n|${notice} of ${partition} is awaited by no receiver`);
  }
  return left;
}

/** Pointers of the index to incidents that are neither live nor in the history. */
export function pointersToNothing(rows: MemoryRows): string[] {
  const stored = rows.all();
  const incidents = new Set(
    stored.flatMap(({ partition, row }) => {
      const id = /^(?:x\|)?i\|(.*)$/s.exec(row.key)?.[1];
      return id === undefined ? [] : [`${partition} ${id}`];
    }),
  );
  return stored
    .filter(({ partition }) => partition === '|incidents')
    .map(({ row }) => JSON.parse(row.data) as { partition: string; incidentId: string })
    .filter(({ partition, incidentId }) => !incidents.has(`${partition} ${incidentId}`))
    .map(({ partition, incidentId }) => `${incidentId} of ${partition} is listed and not there`);
}

/** Sites on the list of active ones although nothing of them is open or due. */
export function idleSitesOnTheList(rows: MemoryRows): string[] {
  const live = new Set(
    rows
      .all()
      .filter(({ row }) => /^[in]\|/.test(row.key))
      .map(({ partition }) => partition),
  );
  return rows
    .all()
    .filter(({ partition, row }) => partition.startsWith('|active|') && !live.has(row.key))
    .map(({ row }) => row.key);
}

/** How many notices are on their way. */
export function pendingNotices(rows: MemoryRows): number {
  return rows.keys().filter((key) => key.startsWith('n|')).length;
}

/** How many incidents are live. */
export function liveIncidents(rows: MemoryRows): number {
  return rows.keys().filter((key) => key.startsWith('i|')).length;
}

/** Whether any site is on the list of those that the sweep looks at. */
export function hasActiveSites(rows: MemoryRows): boolean {
  return rows.all().some(({ partition }) => partition.startsWith('|active|'));
}
