/**
 * Whether an error means that storage cannot be reached or is busy for the moment: 408, 429, 5xx, a broken or refused
 * connection, or silence until our deadline. Anything else would fail the same way again.
 */
export function isStorageFault(error: unknown): boolean {
  const { statusCode, name, code } = (error ?? {}) as {
    statusCode?: unknown;
    name?: unknown;
    code?: unknown;
  };
  if (typeof statusCode === 'number') return statusCode >= 500 || statusCode === 408 || statusCode === 429;
  if (name === 'AbortError' || name === 'TimeoutError') return true;
  return (
    typeof code === 'string' && /^(REQUEST_SEND_ERROR|E(CONN|TIMEDOUT|PIPE|AI_AGAIN|HOSTUNREACH))/.test(code)
  );
}
