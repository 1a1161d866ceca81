/** Well within a function's time-out; Event Grid waits 30 s for its answer. */
const longestMs = 20_000;

/** For one call with its retries: the clients of the storage SDK do not give up on a connection that stays silent. */
export function deadline(): { abortSignal: AbortSignal } {
  return { abortSignal: AbortSignal.timeout(longestMs) };
}
