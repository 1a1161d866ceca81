import { createHash } from 'node:crypto';
import { formatPlaceKey, type PlaceKey, parsePlaceKey } from '../directory/placeKey.ts';
import { encodeKey } from './encodeKey.ts';
import type { Tagged } from './fleet.ts';
import { listPartition, listShards, shardOf } from './keys.ts';
import { mergedPage, mergedPages } from './mergedPage.ts';
import { readRecord, storeFormat } from './readRecord.ts';
import { keysInQuery, pagesOf, type Row, type RowStore, type RowWrite } from './rowStore.ts';
import { cardKey, cardOrderKey, cardRange, readCard, type SiteCard, writeCard } from './siteCard.ts';
import { broughtForward, readTouch, restAfter, type Touch, touchKey, writeTouch } from './siteTouch.ts';
import { cut, transactionsOf } from './transactions.ts';

/** Numbers of a site for lists and for the watch of its hub. Devices, as they are believed to be. */
export type SiteCounts = {
  readonly known: number;
  readonly offline: number;
  readonly flapping: number;
  /** Offline or flapping, and quiet: they count nowhere else. */
  readonly silenced: number;
  /** Gone by their events, holds or not. */
  readonly away: number;
};

/** What an evaluation leaves of a site where something is open, due or gone. Written by evaluations alone. */
export type SiteSummary = {
  readonly place: PlaceKey;
  /** When the site must be looked at; null: only for its counts is it here. */
  readonly dueAtMs: number | null;
  /** No message is on its way for `dueAtMs`, because it is far off: the sweep sends it. */
  readonly needsMessage: boolean;
  /** When the notice that has waited longest for its next attempt was due; left out: none is late. */
  readonly lateNoticeMs?: number;
  readonly counts: SiteCounts;
  /** Digests of the rows of its open incidents, in order. */
  readonly open: readonly string[];
};

/** What the list has of a site, as read before the site itself. */
export type Listed = {
  readonly summary: Tagged<SiteSummary> | null;
  readonly touch: Tagged<Touch> | null;
  /** What lists show of it; null inside: it cannot be read. Left out: there is none. */
  readonly card?: Tagged<SiteCard | null>;
};

/** A site of the list: when somebody must look, by its evaluation or by an event. */
export type DueSite = {
  readonly place: PlaceKey;
  readonly dueAtMs: number | null;
  readonly needsMessage: boolean;
  readonly lateNoticeMs?: number;
};

/** Until shortly before its moment a note is sure to stand: an evaluation takes it away only after that. */
export const noteStandsMs = 2_000;

/** Items of open incidents in one row, in characters of JSON. */
const itemsInRow = 100_000;

/**
 * The list of sites that must not be forgotten: noted before the state that it guards, so that whatever a crash leaves
 * undone is found by the sweep. Beside it lie the open incidents as the lists show them, and a card of every site, well
 * or not: by its place (`k`) and, for lists, in the order of trouble (`c`). One row, one writer: `s` is the evaluation's,
 * `t` that of who takes events in, `o`, `k` and `c` are written with `s`.
 */
export function createSiteList(rows: RowStore) {
  const partition = (place: string) => listPartition(shardOf(place, listShards));
  const partitions = range(listShards).map(listPartition);

  async function* pages(first: string, end: string): AsyncGenerator<Row[]> {
    for (const shard of range(listShards)) yield* pagesOf(rows, listPartition(shard), first, end);
  }

  async function remove(place: string, etag: string): Promise<boolean> {
    const removal: RowWrite = { kind: 'remove', key: summaryKey(place), etag };
    return (await rows.commit(partition(place), [removal])).kind === 'saved';
  }

  /** The rows of a card that has changed, over what was read. @param card undefined: it stays */
  async function cardWrites(
    place: string,
    before: Listed['card'],
    card: SiteCard | null | undefined,
  ): Promise<RowWrite[]> {
    if (card === undefined || (card === null && !before)) return [];
    const known = before?.record ?? null;
    const data = card && writeCard(card);
    if (known !== null && data === writeCard(known)) return [];
    const key = cardKey(place);
    const order = card && cardOrderKey(card);
    const former = known ? [cardOrderKey(known)] : before ? await orderKeysOf(place) : [];
    const writes: RowWrite[] = former
      .filter((row) => row !== order)
      .map((row) => ({ kind: 'remove', key: row, etag: '*' }));
    if (data !== null && order !== null) writes.push({ kind: 'put', key: order, data });
    if (data === null) writes.push({ kind: 'remove', key, etag: before!.etag });
    else {
      writes.push(before ? { kind: 'replace', key, data, etag: before.etag } : { kind: 'create', key, data });
    }
    return writes;
  }

  /** The index rows of a place whose card cannot be read. */
  async function orderKeysOf(place: string): Promise<string[]> {
    const found = await rows.range(partition(place), cardRange.from, cardRange.to);
    const own = found.filter((row) => {
      const card = readCard(row);
      return card !== null && formatPlaceKey(card.place) === place;
    });
    return own.map(({ key }) => key);
  }

  /**
   * Writes a summary over its tag, together with the card and the open incidents; the new tag, or null.
   * @param card few rows: they change in the same moment
   */
  async function write(
    place: string,
    summary: SiteSummary,
    etag: string | null,
    changed: readonly RowWrite[],
    gone: readonly string[],
    card: readonly RowWrite[],
  ): Promise<string | null> {
    const [key, data] = [summaryKey(place), JSON.stringify({ v: storeFormat, ...summary, place })];
    const guard: RowWrite =
      etag === null ? { kind: 'create', key, data } : { kind: 'replace', key, data, etag };
    const removals = gone.map((row): RowWrite => ({ kind: 'remove', key: row, etag: '*' }));
    const transactions = transactionsOf([[...changed, ...removals]], 1 + card.length);
    for (const part of transactions.slice(0, -1)) {
      if ((await rows.commit(partition(place), part)).kind === 'superseded') return null;
    }
    const result = await rows.commit(partition(place), [...(transactions.at(-1) ?? []), ...card, guard]);
    return result.kind === 'saved' ? (result.etags.get(key) ?? '') : null;
  }

  return {
    /**
     * Notes that a site must be looked at then; an earlier moment that is noted already stays. One that has come is
     * written anew: an evaluation that has read it, and not what is to be written now, takes it away else. Answers the
     * moment that is noted from now on.
     */
    async touch(key: PlaceKey, dueAtMs: number, nowMs: number): Promise<number> {
      const place = formatPlaceKey(key);
      const row = touchKey(place);
      for (;;) {
        const first = writeTouch({ dueAtMs });
        const created = await rows.commit(partition(place), [{ kind: 'create', key: row, data: first }]);
        if (created.kind === 'saved') return dueAtMs;
        const stored = await rows.get(partition(place), row);
        if (stored === null) continue;
        const known = readTouch(stored);
        const earlier = known !== null && known.dueAtMs <= dueAtMs;
        if (earlier && known.dueAtMs > nowMs + noteStandsMs) return known.dueAtMs;
        const { etag } = stored;
        const next = earlier ? known : broughtForward(known, dueAtMs);
        const data = writeTouch(next);
        const replaced = await rows.commit(partition(place), [{ kind: 'replace', key: row, data, etag }]);
        if (replaced.kind === 'saved') return next.dueAtMs;
      }
    },

    async read(key: PlaceKey): Promise<Listed> {
      const place = formatPlaceKey(key);
      const keys = [summaryKey(place), touchKey(place), cardKey(place)] as const;
      const found = await rows.getMany(partition(place), keys);
      const [summary, touch, card] = keys.map((name) => found.find((row) => row.key === name));
      return {
        summary: summary ? { record: readSummary(summary) ?? unreadable(key), etag: summary.etag } : null,
        touch: touch ? { record: readTouch(touch) ?? { dueAtMs: 0 }, etag: touch.etag } : null,
        ...(card ? { card: { record: readCard(card), etag: card.etag } } : {}),
      };
    },

    /**
     * Writes what an evaluation found over what was read before the site was, the open incidents first (items by
     * incident, as JSON). null: nothing is to be kept of it. A touch whose time has come is taken away, unless
     * it has changed since. Answers whether nobody else was faster.
     *
     * @param card what lists show of it from now on; null: nothing; left out: what they did
     */
    async save(
      key: PlaceKey,
      read: Listed,
      next: Omit<SiteSummary, 'open'> | null,
      items: readonly string[],
      nowMs: number,
      card?: SiteCard | null,
    ): Promise<boolean> {
      const place = formatPlaceKey(key);
      const cards = await cardWrites(place, read.card, card);
      const chunks = chunked(items);
      const before = read.summary?.record.open ?? [];
      const summary: SiteSummary = { ...(next ?? nothing(key)), open: chunks.map(digestOf) };
      const changed = chunks.flatMap((data, n): RowWrite[] =>
        before[n] === summary.open[n] ? [] : [{ kind: 'put', key: openKey(place, n), data }],
      );
      const gone = before.slice(chunks.length).map((_, index) => openKey(place, chunks.length + index));
      if (next === null && gone.length === 0) {
        // The card first: while the summary stands, a crash between the two leads to another look.
        if (cards.length > 0 && (await rows.commit(partition(place), cards)).kind === 'superseded')
          return false;
        if (read.summary !== null && !(await remove(place, read.summary.etag))) return false;
      } else if (changed.length > 0 || gone.length > 0 || !isSame(summary, read.summary?.record ?? null)) {
        const etag = await write(place, summary, read.summary?.etag ?? null, changed, gone, cards);
        if (etag === null) return false;
        if (next === null && !(await remove(place, etag))) return false;
      } else if (cards.length > 0 && (await rows.commit(partition(place), cards)).kind === 'superseded') {
        return false;
      }
      const { touch } = read;
      if (touch !== null && touch.record.dueAtMs <= nowMs) {
        const row = { key: touchKey(place), etag: touch.etag };
        const rest = restAfter(touch.record, nowMs);
        const write: RowWrite =
          rest === null ? { kind: 'remove', ...row } : { kind: 'replace', ...row, data: writeTouch(rest) };
        await rows.commit(partition(place), [write]);
      }
      return true;
    },

    /** All sites of the list, a page at a time; one that is due by an event and by its evaluation may come twice. */
    async *all(): AsyncGenerator<DueSite[]> {
      for await (const page of pages('s|', 't}')) yield page.flatMap((row) => dueSite(row) ?? []);
    },

    /** How many devices of a hub are gone by their events. */
    async awayOfHub(hub: string): Promise<number> {
      let sum = 0;
      for await (const page of pages(`s|${hub.toLowerCase()}|`, `s|${hub.toLowerCase()}}`)) {
        for (const row of page) sum += readSummary(row)?.counts.away ?? 0;
      }
      return sum;
    },

    /** Cards by trouble: the worst first, of equals the longest, then by name. @param from null: from the first */
    async cards(from: string | null, limit: number): Promise<{ cards: SiteCard[]; next: string | null }> {
      const page = await mergedPage(rows, partitions, from ?? cardRange.from, cardRange.to, limit);
      return { cards: page.rows.flatMap((row) => readCard(row) ?? []), next: page.next };
    },

    /** The same from a place on, some hundreds at a time. */
    async *allCards(from: string | null, which: 'all' | 'inTrouble'): AsyncGenerator<SiteCard[]> {
      const to = which === 'all' ? cardRange.to : cardRange.well;
      for await (const page of mergedPages(rows, partitions, from ?? cardRange.from, to))
        yield page.flatMap((row) => readCard(row) ?? []);
    },

    /** Where a list of cards goes on that begins with this one. */
    orderOf: (card: SiteCard): string => cardOrderKey(card),

    /** Whether one place in the list comes before another. */
    isBefore: (a: string, b: string): boolean => encodeKey(a) < encodeKey(b),

    byTrouble: (a: SiteCard, b: SiteCard): number =>
      encodeKey(cardOrderKey(a)) < encodeKey(cardOrderKey(b)) ? -1 : 1,

    /** The cards of these places; of those that have none there is nothing. */
    async cardsOf(keys: readonly PlaceKey[]): Promise<SiteCard[]> {
      const places = Map.groupBy(keys.map(formatPlaceKey), partition);
      const found = await Promise.all(
        [...places].flatMap(([shard, own]) =>
          cut([...new Set(own)], keysInQuery).map((part) => rows.getMany(shard, part.map(cardKey))),
        ),
      );
      return found.flat().flatMap((row) => readCard(row) ?? []);
    },

    /** Open incidents of one place as they are listed. */
    async openItemsOf(key: PlaceKey): Promise<unknown[]> {
      const place = formatPlaceKey(key);
      const found = await rows.range(partition(place), `o|${place}|`, `o|${place}}`);
      // A site's id may go on with the sign that ends another's.
      const length = openKey(place, 0).length;
      return found.filter((row) => row.key.length === length).flatMap(readItems);
    },

    /** Open incidents as they are listed, of all sites. */
    async openItems(): Promise<unknown[]> {
      const items: unknown[] = [];
      const shards = await Promise.all(
        range(listShards).map(async (shard) => {
          const found: unknown[] = [];
          for await (const page of pagesOf(rows, listPartition(shard), 'o|', 'o}')) {
            for (const row of page) found.push(...readItems(row));
          }
          return found;
        }),
      );
      for (const found of shards) items.push(...found);
      return items;
    },
  };
}

export type SiteList = ReturnType<typeof createSiteList>;

const summaryKey = (place: string) => `s|${place}`;
const openKey = (place: string, n: number) => `o|${place}|${String(n).padStart(5, '0')}`;

function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}

const noCounts: SiteCounts = { known: 0, offline: 0, flapping: 0, silenced: 0, away: 0 };

function nothing(place: PlaceKey): SiteSummary {
  return { place, dueAtMs: null, needsMessage: false, counts: noCounts, open: [] };
}

/** A row that cannot be read stands for a site to be looked at now, which writes it anew. */
function unreadable(place: PlaceKey): SiteSummary {
  return { ...nothing(place), dueAtMs: 0 };
}

/** When somebody must look at the site of a row, by its evaluation or by an event; null: the row names no site. */
function dueSite(row: Row): DueSite | null {
  const place = parsePlaceKey(row.key.slice(2));
  if (place === null) return null;
  if (row.key.startsWith('t|')) {
    return { place, dueAtMs: readTouch(row)?.dueAtMs ?? 0, needsMessage: false };
  }
  const { dueAtMs, needsMessage, lateNoticeMs } = readSummary(row) ?? unreadable(place);
  return { place, dueAtMs, needsMessage, ...(lateNoticeMs === undefined ? {} : { lateNoticeMs }) };
}

function readSummary(row: Row): SiteSummary | null {
  return readRecord(row, (value) => {
    const place = parsePlaceKey(value.place);
    const { dueAtMs, needsMessage, lateNoticeMs, counts, open } = value as Partial<SiteSummary>;
    if (!place || !counts) return null;
    return {
      place,
      dueAtMs: dueAtMs ?? null,
      needsMessage: needsMessage ?? false,
      ...(typeof lateNoticeMs === 'number' ? { lateNoticeMs } : {}),
      counts: { ...noCounts, ...counts },
      open: open ?? [],
    };
  });
}

function readItems(row: Row): unknown[] {
  return readRecord(row, ({ items }) => (Array.isArray(items) ? items : null)) ?? [];
}

function isSame(a: SiteSummary, b: SiteSummary | null): boolean {
  return (
    b !== null &&
    a.dueAtMs === b.dueAtMs &&
    a.needsMessage === b.needsMessage &&
    a.lateNoticeMs === b.lateNoticeMs &&
    JSON.stringify([a.counts, a.open]) === JSON.stringify([b.counts, b.open])
  );
}

/** Items in rows of a bounded size. */
function chunked(items: readonly string[]): string[] {
  const chunks: string[][] = [];
  let size = 0;
  for (const item of items) {
    const last = chunks.at(-1);
    if (last && size + item.length <= itemsInRow) {
      last.push(item);
      size += item.length;
    } else {
      chunks.push([item]);
      size = item.length;
    }
  }
  return chunks.map((chunk) => `{"v":${storeFormat},"items":[${chunk.join()}]}`);
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}
