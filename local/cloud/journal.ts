import { type Reply, ReplyError } from './reply.ts';
import type { CloudRequest } from './request.ts';

const pageSize = 1_000;

type Entry<T> = { sequence: number; bytes: number; item: T };

/** What was received, newest last; the oldest go when there are too many or they are too large together. */
export type Journal<T> = {
  add: (item: T, bytes: number) => void;
  clear: () => void;
  newest: (count: number, before?: number) => { sequence: number; item: T }[];
  find: (matches: (item: T) => boolean) => T | undefined;
  readonly count: number;
  /** `{ items, nextLink }`, newest first, 1,000 a page. */
  page: (request: CloudRequest, view: (item: T) => unknown) => Reply;
};

export const createJournal = <T>(limits: { items: number; bytes: number }): Journal<T> => {
  let entries: Entry<T>[] = [];
  let nextSequence = 1;
  let totalBytes = 0;

  const newest: Journal<T>['newest'] = (count, before = Infinity) => {
    const end = entries.findLastIndex((entry) => entry.sequence < before) + 1;
    return entries.slice(Math.max(0, end - count), end).reverse();
  };

  return {
    add: (item, bytes) => {
      entries.push({ sequence: nextSequence++, bytes, item });
      totalBytes += bytes;
      let dropped = 0;
      while (
        entries.length - dropped > limits.items ||
        (totalBytes > limits.bytes && entries.length - dropped > 1)
      ) {
        totalBytes -= entries[dropped]!.bytes;
        dropped += 1;
      }
      if (dropped > 0) entries = entries.slice(dropped);
    },
    clear: () => {
      entries = [];
      totalBytes = 0;
    },
    newest,
    find: (matches) => entries.findLast((entry) => matches(entry.item))?.item,
    get count() {
      return entries.length;
    },
    page: (request, view) => {
      const before = request.url.searchParams.get('before');
      if (before !== null && !/^\d{1,15}$/.test(before)) {
        throw new ReplyError(400, 'BadRequest', `before=${before}: use the nextLink of the page before.`);
      }
      const page = newest(pageSize, before === null ? undefined : Number(before));
      const last = page.at(-1)?.sequence;
      const more = last !== undefined && newest(1, last).length > 0;
      const nextLink = more ? `${request.url.origin}${request.url.pathname}?before=${last}` : null;
      return { status: 200, body: { items: page.map((entry) => view(entry.item)), nextLink } };
    },
  };
};
