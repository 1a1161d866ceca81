import { quietAt } from '../control/quiet.ts';
import type { SiteKey } from '../directory/placeKey.ts';
import { siteById } from '../directory/placeOf.ts';
import { type OpenIncident, type SiteAtChange, shiftDigest } from '../notify/shiftDigest.ts';
import { stableId } from '../notify/stableId.ts';
import { type DueDigest, dueDigests } from '../policy/shiftDigest.ts';
import type { Log } from '../telemetry/log.ts';
import type { App } from './app.ts';
import { eachAtMost } from './eachAtMost.ts';

/** A change of shift that was missed for longer is not told any more. */
const forgottenAfterMs = 24 * 60 * 60_000;

/** So many go on their way in one transaction. */
const mostTogether = 50;

/**
 * Puts the digests of the changes of shift since the last run on their way. A digest and the note that it was made are
 * written as one, so that neither a crash nor a second instance makes it again, whatever became of it since.
 */
export async function tellShifts(app: App, nowMs: number, log: Log): Promise<void> {
  if (app.rules.digests.length === 0) return;
  const stored = await app.announcements.shifts();
  const before = stored?.record ?? { untilMs: nowMs, added: [] };
  const afterMs = nowMs - before.untilMs > forgottenAfterMs ? nowMs : before.untilMs;
  const due = dueDigests(app.rules, afterMs, nowMs).filter(
    ({ receiver, atMs }) =>
      app.rules.receivers.has(receiver) && !before.added.includes(stableId('shift', receiver, atMs)),
  );
  const standing = due.length === 0 ? () => [] : await standingOf(app, due, nowMs);
  let etag = stored?.etag ?? null;
  let added = before.added;
  for (let first = 0; ; first += mostTogether) {
    const made = due.slice(first, first + mostTogether).map((digest) => ({
      announcement: shiftDigest(digest, standing(digest), nowMs),
      receiver: digest.receiver,
    }));
    const isLast = first + mostTogether >= due.length;
    added = [...added, ...made.map(({ announcement }) => announcement.id)];
    const told = isLast
      ? { untilMs: Math.max(before.untilMs, nowMs), added: [] }
      : { untilMs: afterMs, added };
    etag = await app.announcements.addOfShift(made, told, etag, nowMs);
    if (etag === null) return;
    for (const { announcement, receiver } of made)
      log.info('shift digest made', { notice: announcement.id, receiver });
    if (isLast) return;
  }
}

/** Looks up how the sites of all due digests stand, once. */
async function standingOf(
  app: App,
  due: readonly DueDigest[],
  nowMs: number,
): Promise<(digest: DueDigest) => SiteAtChange[]> {
  const wanted = new Set(due.flatMap(({ sites }) => sites.map(({ id }) => id)));
  const open = Map.groupBy(
    ((await app.list.openItems()) as Item[]).filter((item) => !item.hubLevel && wanted.has(item.site.id)),
    ({ site }) => site.id,
  );
  const keys: SiteKey[] = [];
  for await (const page of app.knownSites.all()) {
    keys.push(...page.filter(({ kind, id }) => kind === 'site' && wanted.has(id)));
  }
  const notes = new Map<string, Awaited<ReturnType<App['fleet']['notes']>>[number][]>();
  await eachAtMost(8, keys, async (key) => {
    const own = await app.fleet.notes(key);
    notes.set(key.id, [...(notes.get(key.id) ?? []), ...own]);
  });
  return ({ sites, atMs: changeAtMs }) =>
    sites.map((site) => {
      const items = open.get(site.id) ?? [];
      const untilOf = (item: Item, deviceId: string) =>
        quietAt(app.rules, item.hub, siteById(app.rules, site.id), nowMs).of(
          deviceId,
          Date.parse(item.openedAt),
        );
      return {
        site,
        open: items,
        quietUntilMs: new Map(
          items.flatMap((item) =>
            item.devices.flatMap(({ deviceId, silenced }) => {
              const untilMs = silenced ? untilOf(item, deviceId)?.untilMs : undefined;
              return untilMs === undefined ? [] : [[deviceId, untilMs] as const];
            }),
          ),
        ),
        notes: (notes.get(site.id) ?? [])
          .filter(({ atMs }) => atMs >= site.fromMs && atMs < changeAtMs)
          .toSorted((a, b) => a.atMs - b.atMs),
      };
    });
}

type Item = OpenIncident & {
  readonly hub: string;
  readonly site: { readonly id: string };
  readonly hubLevel?: unknown;
};
