/**
 * One identity has 200 queries in 30 s and five at a time over all workspaces (azure-facts §3.5). All instances keep to
 * this together, with room for a clock that is off and for a person who asks the logs by the same identity.
 */
export const turnLimits = { queries: 160, withinMs: 33_000, atOnce: 4 } as const;

/** A right to ask the logs, taken by one instance for a few queries. Times are milliseconds. */
export type Turn = {
  /** Turns are numbered in the order in which they are taken. */
  readonly number: number;
  readonly queries: number;
  /** How many of them run at the same time. */
  readonly atOnce: number;
  /** Whoever took it is taken for dead after this. */
  readonly untilMs: number;
  /** null: its queries run. */
  readonly endedAtMs: number | null;
};

/**
 * The next turn for so many queries beside those that are taken; null: there is none now. A turn counts until the last of
 * its queries has left the span of the limit, so the limit holds in every span of that length.
 */
export function nextTurn(
  taken: readonly Turn[],
  queries: number,
  nowMs: number,
  leaseMs: number,
): Turn | null {
  const wanted = Math.min(queries, turnLimits.queries);
  const atOnce = Math.min(wanted, turnLimits.atOnce);
  const counted = taken.filter((turn) => !isForgotten(turn, nowMs));
  const running = taken.filter(({ endedAtMs, untilMs }) => endedAtMs === null && untilMs > nowMs);
  if (sum(counted, ({ queries: some }) => some) + wanted > turnLimits.queries) return null;
  if (sum(running, (turn) => turn.atOnce) + atOnce > turnLimits.atOnce) return null;
  const number = Math.max(-1, ...taken.map((turn) => turn.number)) + 1;
  return { number, queries: wanted, atOnce, untilMs: nowMs + leaseMs, endedAtMs: null };
}

/** Whether a turn no longer counts against the limit. */
export function isForgotten({ endedAtMs, untilMs }: Turn, nowMs: number): boolean {
  return nowMs - (endedAtMs ?? untilMs) >= turnLimits.withinMs;
}

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
