import type { LogQuestion } from './queries.ts';

export type LogCells = Readonly<Record<string, unknown>>;

/** What the logs answer. Only `rows` without rows means that there are none. */
export type LogAnswer =
  | { readonly kind: 'rows'; readonly rows: readonly LogCells[] }
  /** The service left something out. */
  | { readonly kind: 'partial'; readonly rows: readonly LogCells[]; readonly reason: string }
  /** The hub has never sent its logs to this workspace. */
  | { readonly kind: 'noTable' }
  | { readonly kind: 'throttled'; readonly retryAfterMs: number }
  | { readonly kind: 'timedOut' }
  /** The identity may not read the workspace. */
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** A place to ask logs. Never throws. */
export interface LogWorkspace {
  /** @param budgetMs the answer is `timedOut` after this */
  ask(question: LogQuestion, budgetMs: number): Promise<LogAnswer>;
}
