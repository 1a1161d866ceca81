import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import { diagnoseHub } from '../hubWatch/diagnoseHub.ts';
import type { Incident, Notice, Told } from '../incident/incident.ts';
import { observe, type SettledSite, settleSite } from '../incident/observe.ts';
import { renderWebhook } from '../notify/channels/webhook/render.ts';
import { composeMessage } from '../notify/composeMessage.ts';
import { linksOf } from '../notify/linksOf.ts';
import type { LoadedSite } from '../store/fleet.ts';
import { incidentIndex, parsePartition, rowKeys } from '../store/keys.ts';
import { readRecord } from '../store/readRecord.ts';
import type { App } from './app.ts';
import { notAsked } from './diagnoseIncident.ts';
import { eachAtMost } from './eachAtMost.ts';

/** A page is asked for by the value of one filter (null: any) and where to go on (null: at the newest). */
export type ListQuery = { readonly filter: string | null; readonly from: string | null };
export type ListPage = { readonly items: readonly object[]; readonly next: string | null };

const pageSize = 1000;

/** Pointers read at a time: a page of items may need several of these. */
const pointersAtOnce = 200;

type Pointer = { readonly partition: string; readonly incidentId: string };

type PastIncident = Incident & { readonly diagnosis: Diagnosis | null };

/** One incident with all that is kept of it. */
type Story = {
  readonly incident: Incident;
  readonly told: readonly Told[];
  readonly notices: readonly Notice[];
  readonly diagnosis: Diagnosis;
  readonly settled: SettledSite;
};

/** Incidents, newest first: the fields of a notice's `data`, and what each receiver knows. */
export async function listIncidents(app: App, query: ListQuery): Promise<ListPage> {
  return collect(app, query.from, (story) =>
    query.filter === null || story.incident.status === query.filter ? [incidentItem(app, story)] : [],
  );
}

/** Notices, those of the newest incidents first: the fields of `data`, and what became of each. */
export async function listNotices(app: App, query: ListQuery): Promise<ListPage> {
  const page = await collect(app, query.from, (story) =>
    story.notices
      .filter((notice) => query.filter === null || notice.state === query.filter)
      .map((notice) => noticeItem(app, story, notice)),
  );
  return { ...page, items: page.items.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt)) };
}

/** One incident with its notices, or null. */
export async function getIncident(app: App, incidentId: string): Promise<object | null> {
  for await (const pointers of pointerPages(app, '')) {
    const pointer = pointers.find(({ target }) => target.incidentId === incidentId);
    if (!pointer) continue;
    const [story] = await readStories(app, [pointer.target]);
    return story
      ? { ...incidentItem(app, story), notices: story.notices.map((n) => noticeItem(app, story, n)) }
      : null;
  }
  return null;
}

async function collect<Item>(
  app: App,
  from: string | null,
  pick: (story: Story) => Item[],
): Promise<{ items: Item[]; next: string | null }> {
  const items: Item[] = [];
  for await (const pointers of pointerPages(app, from ?? '')) {
    const stories = await readStories(
      app,
      pointers.map(({ target }) => target),
    );
    items.push(...stories.flatMap(pick));
    const next = pointers.at(-1)?.next ?? null;
    if (items.length >= pageSize && next !== null) return { items, next };
  }
  return { items, next: null };
}

async function* pointerPages(
  app: App,
  start: string,
): AsyncGenerator<{ target: Pointer; next: string | null }[]> {
  let from: string | null = start;
  while (from !== null) {
    const page: Awaited<ReturnType<App['fleet']['rows']['page']>> = await app.fleet.rows.page(
      incidentIndex,
      from,
      '~~~~',
      pointersAtOnce,
    );
    from = page.next;
    yield page.rows.flatMap((row) => {
      const target = readRecord<Pointer>(row, ({ incidentId }) =>
        row.key.endsWith(`|${incidentId}`) ? row.key : '',
      );
      return target ? [{ target, next: page.next }] : [];
    });
  }
}

/** Reads what the pointers point to, each site once. A pointer to nothing (a crash before the incident) is left out. */
async function readStories(app: App, pointers: readonly Pointer[]): Promise<Story[]> {
  const stories = new Map<string, Story>();
  const sites = Map.groupBy(pointers, (pointer) => pointer.partition);
  await eachAtMost(8, [...sites], async ([partition, wanted]) => {
    const place = parsePartition(partition, app.rules);
    if (!place) return;
    const loaded = await app.fleet.loadSite(place.hub, place.site);
    const settled = settleSite(app.rules, place.site, loaded.view.devices, app.now());
    for (const { incidentId } of wanted) {
      const story = await readStory(app, partition, loaded, settled, incidentId);
      if (story) stories.set(incidentId, story);
    }
  });
  return pointers.flatMap((pointer) => stories.get(pointer.incidentId) ?? []);
}

async function readStory(
  app: App,
  partition: string,
  { view }: LoadedSite,
  settled: SettledSite,
  incidentId: string,
): Promise<Story | null> {
  const prefix = rowKeys.pastNotice(incidentId, '');
  const finished = (await app.fleet.rows.range(partition, prefix, `${prefix}~~`)).flatMap(
    (row) =>
      readRecord<Notice>(row, (notice) => rowKeys.pastNotice(notice.incidentId, notice.noticeId)) ?? [],
  );
  const open = view.incidents.find((incident) => incident.incidentId === incidentId);
  if (open) {
    const known = view.diagnoses.find((record) => record.incidentId === incidentId);
    return {
      incident: observe(open, settled),
      told: view.told.filter((entry) => entry.incidentId === incidentId),
      notices: [...view.notices.filter((notice) => notice.incidentId === incidentId), ...finished],
      diagnosis: view.hubLevel ? diagnoseHub(view.hubLevel, view.hub) : (known?.diagnosis ?? notAsked),
      settled,
    };
  }
  const past = await app.fleet.rows.get(partition, rowKeys.pastIncident(incidentId));
  const read = past && readRecord<PastIncident>(past, (one) => rowKeys.pastIncident(one.incidentId));
  if (!read) return null;
  const { diagnosis, ...incident } = read;
  return { incident, told: [], notices: finished, diagnosis: diagnosis ?? notAsked, settled };
}

function incidentItem(app: App, story: Story) {
  const { incident, told, notices } = story;
  const receivers = [...new Set([...told, ...notices].map((entry) => entry.receiver))];
  const data = dataOf(app, story, {
    noticeId: '',
    incidentId: incident.incidentId,
    receiver: '',
    kind: incident.status === 'resolved' ? 'final' : 'update',
    reason: incident.status === 'resolved' ? 'recovered' : 'outageBegan',
    state: 'pending',
    createdAtMs: incident.openedAtMs,
    dueAtMs: 0,
    leasedUntilMs: 0,
    attempts: 0,
    lastError: null,
    maybeRead: null,
    finishedAtMs: null,
  });
  const { noticeId: _noticeId, reason: _reason, ...fields } = data;
  return { ...fields, receivers };
}

function noticeItem(app: App, story: Story, notice: Notice) {
  return {
    ...dataOf(app, story, notice),
    state: notice.state,
    receiver: notice.receiver,
    attempts: notice.attempts,
    lastError: notice.lastError,
    createdAt: new Date(notice.createdAtMs).toISOString(),
    finishedAt: notice.finishedAtMs === null ? null : new Date(notice.finishedAtMs).toISOString(),
    nextAttemptAt: notice.state === 'pending' ? new Date(notice.dueAtMs).toISOString() : null,
  };
}

/** The fields of a webhook's `data`, as the incident stands now. */
function dataOf(app: App, { incident, settled, diagnosis }: Story, notice: Notice) {
  const told: Told = {
    incidentId: incident.incidentId,
    receiver: notice.receiver,
    status: 'told',
    facts: {
      severity: incident.severity,
      down: Object.keys(incident.members),
      flapping: [],
      diagnosisKey: '',
    },
    lastNoticeAtMs: null,
    noticeCount: 0,
    pendingNoticeId: null,
    failingSinceMs: null,
    failedForGood: false,
  };
  const links = linksOf(app.publicUrl, incident, settled);
  return renderWebhook(
    composeMessage({ incident, settled, told, notice, reason: notice.reason, diagnosis, links }),
  ).data;
}
