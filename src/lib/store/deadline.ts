/** Well within a function's time-out; Event Grid waits 30 s for its answer. */
const longestMs = 20_000;

/** Calls that begin within so much of each other have one signal: a timer for each would cost more than our own work. */
const sharedMs = 500;

let shared: { readonly abortSignal: AbortSignal; readonly untilMs: number } | null = null;

/** For one call with its retries: the clients of the storage SDK do not give up on a connection that stays silent. */
export function deadline(): { abortSignal: AbortSignal } {
  const nowMs = performance.now();
  if (shared === null || nowMs >= shared.untilMs)
    shared = { abortSignal: AbortSignal.timeout(longestMs + sharedMs), untilMs: nowMs + sharedMs };
  return { abortSignal: shared.abortSignal };
}
