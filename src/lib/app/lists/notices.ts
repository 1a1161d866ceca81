import { type NoticeView, noticeView } from '../../pages/incidentView.ts';
import type { IndexedNotice } from '../../store/history.ts';
import type { App } from '../app.ts';
import { eachAtMost } from '../eachAtMost.ts';
import { findIncident } from '../listings.ts';
import { viewOf } from '../openItems.ts';
import type { ListPart, Part } from './listPage.ts';
import { isVisible, type Visible } from './siteItems.ts';

export const noticeStates = ['pending', 'sent', 'failed', 'dropped'] as const;
export type NoticeFilter = {
  /** null: any. */
  readonly state: (typeof noticeStates)[number] | null;
  readonly visible: Visible;
};

const rowsAtOnce = 100;
const incidentsAtOnce = 8;

/** One answer looks at so many notices for those that are asked for, and goes on with the next part. */
const mostSearched = 2_000;

/** Notices, newest first: the incident that each is about, and what became of it. */
export async function listNotices(
  app: App,
  filter: NoticeFilter,
  { limit, at }: Part,
): Promise<ListPart<NoticeView>> {
  const items: NoticeView[] = [];
  let [from, skip] = placeIn(at);
  for (let looked = 0; looked < mostSearched; ) {
    const page = await app.history.notices(from, rowsAtOnce);
    const indexed = page.items.slice(skip);
    for (let start = 0; start < indexed.length; ) {
      const wave = indexed.slice(start, start + limit - items.length);
      items.push(...(await viewsOf(app, wave, filter)));
      start += wave.length;
      if (items.length < limit) continue;
      const next = indexed[start];
      return { items, next: next ? placeOfNotice(page.items, skip + start) : page.next && `${page.next}#0` };
    }
    looked += indexed.length;
    if (page.next === null) return { items, next: null };
    [from, skip] = [page.next, 0];
  }
  return { items, next: `${from}#0` };
}

/** A list goes on within the row of its next notice, behind so many. */
function placeOfNotice(items: readonly IndexedNotice[], index: number): string {
  const { row } = items[index]!;
  return `${row}#${index - items.findIndex((one) => one.row === row)}`;
}

function placeIn(at: string | null): [from: string, skip: number] {
  const end = at?.lastIndexOf('#') ?? -1;
  return at === null || end < 0 ? ['', 0] : [at.slice(0, end), Number(at.slice(end + 1))];
}

/** The notices that an index names, each once; what it names and what never came to be is left out. */
async function viewsOf(
  app: App,
  indexed: readonly IndexedNotice[],
  { state, visible }: NoticeFilter,
): Promise<NoticeView[]> {
  const wanted = [...new Map(indexed.map((one) => [one.noticeId, one])).values()];
  const files = new Map<string, Awaited<ReturnType<typeof findIncident>>>();
  const seen = wanted.filter(({ place }) => isVisible(visible, place));
  await eachAtMost(
    incidentsAtOnce,
    [...new Set(seen.map(({ incidentId }) => incidentId))],
    async (incidentId) => {
      files.set(incidentId, await findIncident(app, incidentId));
    },
  );
  return seen.flatMap(({ noticeId, incidentId }) => {
    const found = files.get(incidentId);
    const notice = found?.file.notices.find((one) => one.noticeId === noticeId);
    if (!found || !notice || (state !== null && notice.state !== state)) return [];
    return [noticeView(viewOf(app, found.place, found.file), notice)];
  });
}
