/**
 * The promise's outcome, or a rejection with the signal's reason as soon as it is aborted: for work that does not look
 * at the signal itself, such as a name that is resolved, a token that is fetched, or a proxy that says nothing. Such
 * work goes on by itself, and its outcome is thrown away.
 */
export function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
