import { newsOf, type ToldNews } from '../config/configNews.ts';
import type { Log } from '../telemetry/log.ts';
import type { App } from './app.ts';
import { keepLastGood } from './lastGood.ts';
import { tell } from './tellAnnouncement.ts';

/** A teller that died gives the word back this long after the receivers' time-outs. */
const leaseMarginMs = 20_000;

/** The tag of a refusal of which a receiver may have heard although no answer came back. */
const maybe = 'maybe';

type Row = ToldNews & {
  /** The announcement that is being told: since when, and until when no other instance tries. */
  readonly telling: { readonly id: string; readonly sinceMs: number; readonly leasedUntilMs: number } | null;
};

/**
 * Keeps the version in use as the last good one, and tells the `ops` receiver what is new: that a version was refused,
 * once, and that a good one followed, to whoever was told of the refusal. One instance tells; what failed for now is
 * tried again at the next call.
 */
export async function tellConfigNews(app: App, nowMs: number, log: Log): Promise<void> {
  const { version, unread } = app.configured;
  if (version === null) return;
  if (unread !== null)
    log.warn('configuration not readable', { problem: `${unread.path} ${unread.message}` });
  await keepLastGood(app.meta, version);
  const stored = await app.meta.read('configNews', readRow);
  const told: Row = stored?.value ?? { refused: null, receivers: [], telling: null };
  const news = newsOf(app.configured, told);
  if (news === null) return;

  const { announcement, receivers, after } = news;
  const before = told.telling?.id === announcement.id ? told.telling : null;
  if (before !== null && before.leasedUntilMs > nowMs) return;
  const sinceMs = before?.sinceMs ?? nowMs;
  const longestMs = Math.max(0, ...receivers.map(({ delivery }) => delivery.timeoutMs));
  const claim: Row = {
    ...told,
    telling: { id: announcement.id, sinceMs, leasedUntilMs: nowMs + longestMs + leaseMarginMs },
  };
  const etag = await app.meta.write('configNews', claim, stored?.etag ?? null);
  if (etag === null) return;
  if (before === null) logNews(app, log);

  const names = receivers.map(({ name }) => name);
  const outcomes = await Promise.all(
    receivers.map(async (receiver) => {
      // Who is told anyway is not told once more in place of another.
      const fallback = names.includes(receiver.fallback ?? '') ? null : receiver.fallback;
      const tried = { sinceMs, attempts: 1, inLine: false };
      const outcome = await tell(app, announcement, { ...receiver, fallback }, tried, log);
      return { receiver: receiver.name, ...outcome };
    }),
  );
  const waiting = outcomes.filter(({ againAtMs }) => againAtMs !== null);
  const heard = outcomes.flatMap(({ heardBy }) => heardBy);
  const done: Row =
    waiting.length === 0
      ? {
          refused: after,
          receivers: after === null ? [] : [...new Set([...told.receivers, ...heard])],
          telling: null,
        }
      : {
          refused: after !== null && heard.length > 0 ? maybe : told.refused,
          receivers:
            after === null
              ? waiting.map(({ receiver }) => receiver)
              : [...new Set([...told.receivers, ...heard])],
          telling: {
            id: announcement.id,
            sinceMs,
            leasedUntilMs: Math.max(...waiting.map(({ againAtMs }) => againAtMs ?? 0)),
          },
        };
  await app.meta.write('configNews', done, etag);
}

function readRow(value: { readonly [field: string]: unknown }): Row | null {
  const { refused, receivers, telling } = value as Partial<Row>;
  return Array.isArray(receivers) ? { refused: refused ?? null, receivers, telling: telling ?? null } : null;
}

/** Values stay out of the log: they may be mail addresses. */
function logNews(app: App, log: Log): void {
  const { refused, version } = app.configured;
  const source = version?.source ?? null;
  if (refused === null) {
    log.info('configuration accepted', { source });
    return;
  }
  log.error('configuration refused', { source, mistakes: refused.problems.length });
  for (const { path, message } of refused.problems)
    log.warn('configuration mistake', { path, problem: message });
}
