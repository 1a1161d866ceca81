import type { Rate } from '../../fields/quantities.ts';

/** What was sent under a limit. */
export type Spent = {
  readonly atMs: number;
  /** What it counts: one, or the recipients of a mail. */
  readonly weight: number;
  /** It told the end of an incident. */
  readonly ends: boolean;
};

/** What is to be sent under a limit. */
export type Ask = {
  readonly weight: number;
  readonly ends: boolean;
  /** Notices that wait can go out as one. */
  readonly merges: boolean;
};

/** So much of what may be sent is kept for digests, each of which gathers for a while, twice as long as the one before. */
const kept = 3;
const firstGapMs = 30_000;

/**
 * When something may be sent under a limit: now, or later.
 *
 * - No window ever holds more than its rate. What weighs more than a rate lets through goes alone.
 * - What begins or goes on takes at most half of the longest window: the ends of what it tells must not wait.
 * - Where notices can be merged, the last of what is left for their kind goes out after growing gaps: a storm arrives in
 *   a few digests within minutes, and not as single notices until the limit is spent.
 *
 * @param rates the windows of the limit, at least one
 * @param spent oldest first; whatever is older than the longest window is of no account
 */
export function freeAt(rates: readonly Rate[], spent: readonly Spent[], ask: Ask, nowMs: number): number {
  const longest = longestOf(rates);
  const share = ask.ends ? longest.count : Math.max(1, Math.floor(longest.count / 2));
  const sameKind = spent.filter(({ ends }) => ends === ask.ends);
  const fits = (atMs: number) =>
    rates.every((rate) => hasRoom(rate, rate.count, spent, ask.weight, atMs)) &&
    hasRoom(longest, share, sameKind, ask.weight, atMs);
  const others = spent.filter(({ atMs, ends }) => ends !== ask.ends && atMs > nowMs - longest.windowMs);
  const left = Math.min(share, Math.max(1, longest.count - weightOf(others)));
  const gapEndsMs = ask.merges ? endOfGap(longest, left, sameKind, ask.weight, nowMs) : nowMs;
  const moments = [nowMs, ...spent.flatMap(({ atMs }) => rates.map(({ windowMs }) => atMs + windowMs))];
  const free = moments.filter((atMs) => atMs >= nowMs).sort((a, b) => a - b);
  return Math.max(free.find(fits) ?? nowMs + longest.windowMs, gapEndsMs);
}

/** What still counts in the longest window, with one more. */
export function spend(rates: readonly Rate[], spent: readonly Spent[], more: Spent): Spent[] {
  const { windowMs } = longestOf(rates);
  return [...spent.filter(({ atMs }) => atMs > more.atMs - windowMs), more];
}

function longestOf(rates: readonly Rate[]): Rate {
  return rates.reduce((a, b) => (b.windowMs > a.windowMs ? b : a));
}

/** Whether so much more may be sent then, when nothing else is sent before. */
function hasRoom(
  { windowMs }: Rate,
  most: number,
  spent: readonly Spent[],
  weight: number,
  atMs: number,
): boolean {
  const used = weightOf(spent.filter((one) => one.atMs > atMs - windowMs));
  return used === 0 || used + weight <= most;
}

function endOfGap(
  { windowMs }: Rate,
  share: number,
  sameKind: readonly Spent[],
  weight: number,
  nowMs: number,
): number {
  const counted = sameKind.filter(({ atMs }) => atMs > nowMs - windowMs);
  const last = counted.at(-1);
  const atOnce = Math.max(1, share - kept);
  if (!last || weightOf(counted) + weight <= atOnce) return nowMs;
  const gaps = counted.filter((_, index) => weightOf(counted.slice(0, index + 1)) > atOnce).length;
  return last.atMs + Math.min(firstGapMs * 2 ** gaps, windowMs / share);
}

function weightOf(spent: readonly Spent[]): number {
  return spent.reduce((sum, { weight }) => sum + weight, 0);
}
