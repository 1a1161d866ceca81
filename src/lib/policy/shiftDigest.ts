import { instantAt } from '../control/temporal.ts';
import type { Directory } from '../directory/directory.ts';
import { siteById } from '../directory/placeOf.ts';

/** Who is told at each change of shift how the sites stand. */
export type ShiftDigest = {
  /** Site ids. */
  readonly sites: readonly string[];
  /** Local times of the sites, in minutes since midnight. */
  readonly at: readonly number[];
  readonly to: readonly string[];
};

/** A site at one of its changes of shift. Times are milliseconds. */
export type ShiftSite = {
  readonly id: string;
  readonly name: string;
  /** IANA name. */
  readonly timeZone: string;
  /** When the shift began that ends now. */
  readonly fromMs: number;
  /** When the shift ends that begins now. */
  readonly untilMs: number;
};

/** What one receiver is to be told at one moment: all its sites whose shift changes then. */
export type DueDigest = {
  readonly receiver: string;
  readonly atMs: number;
  readonly sites: readonly ShiftSite[];
};

const dayMs = 86_400_000;

/**
 * The changes of shift after one moment and up to another, oldest first. Of several changes of a site that were missed
 * only the last one counts.
 */
export function dueDigests(
  rules: Directory & { readonly digests: readonly ShiftDigest[] },
  afterMs: number,
  nowMs: number,
): DueDigest[] {
  const changes = changesAt(nowMs);
  const due = new Map<string, DueDigest & { readonly sites: ShiftSite[] }>();
  const named = new Set<string>();
  for (const { sites, at, to } of rules.digests) {
    for (const id of new Set(sites)) {
      const { name, timeZone } = siteById(rules, id);
      const change = changes(timeZone, at);
      if (change.atMs <= afterMs) continue;
      for (const receiver of to) {
        const key = JSON.stringify([change.atMs, receiver]);
        const digest = due.get(key) ?? { receiver, atMs: change.atMs, sites: [] };
        const { fromMs, untilMs } = change;
        if (!named.has(`${key} ${id}`)) digest.sites.push({ id, name, timeZone, fromMs, untilMs });
        named.add(`${key} ${id}`);
        due.set(key, digest);
      }
    }
  }
  return [...due.values()].sort((a, b) => a.atMs - b.atMs);
}

/** A fleet of thousands of sites has few zones and few systems of shifts. */
function changesAt(
  nowMs: number,
): (timeZone: string, at: readonly number[]) => ReturnType<typeof lastChange> {
  const known = new Map<string, ReturnType<typeof lastChange>>();
  return (timeZone, at) => {
    const key = JSON.stringify([timeZone, at]);
    const change = known.get(key) ?? lastChange(timeZone, at, nowMs);
    known.set(key, change);
    return change;
  };
}

/**
 * The last change of shift at or before a moment, with the ones before and after it. A time that the clock shows twice
 * is its first showing, one that it leaves out is the moment at which it is put forward: each day has each time once.
 */
function lastChange(timeZone: string, at: readonly number[], nowMs: number) {
  const today = Math.floor(nowMs / dayMs);
  const days = [-3, -2, -1, 0, 1, 2, 3];
  const all = days.flatMap((offset) =>
    at.map((minute) => instantAt(timeZone, { day: today + offset, minute }, 'first')),
  );
  const changes = [...new Set(all)].sort((a, b) => a - b);
  const last = changes.findLastIndex((atMs) => atMs <= nowMs);
  return { atMs: changes[last]!, fromMs: changes[last - 1]!, untilMs: changes[last + 1]! };
}
