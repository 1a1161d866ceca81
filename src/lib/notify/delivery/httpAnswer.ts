import type { SendResult } from '../channel.ts';

const longestRetryAfterMs = 24 * 60 * 60 * 1000;

/**
 * What an HTTP answer means for a notice: 2xx is success; 408, 425, 429 and 5xx may pass; all others, redirects
 * included, are final. `retryAfterHeader` counts seconds or is an HTTP date (RFC 9110 §10.2.3), up to 24 h.
 */
export function readAnswer(status: number, retryAfterHeader: string | null, nowMs: number): SendResult {
  if (status >= 200 && status <= 299) return { kind: 'sent' };
  const error = `HTTP ${status}`;
  const temporary = status === 408 || status === 425 || status === 429 || (status >= 500 && status <= 599);
  if (!temporary) return { kind: 'failedPermanently', error };
  return {
    kind: 'failedTemporarily',
    error,
    retryAfterMs: readRetryAfter(retryAfterHeader, nowMs),
    outcomeUnknown: false,
    timedOut: false,
    ...(status === 429 ? { throttled: true } : {}),
  };
}

function readRetryAfter(header: string | null, nowMs: number): number | null {
  const text = header?.trim() ?? '';
  const delayMs = /^\d+$/.test(text)
    ? Number(text) * 1000
    : /^[A-Z][a-z]{2}/.test(text)
      ? Date.parse(text) - nowMs
      : NaN;
  return delayMs > 0 ? Math.min(delayMs, longestRetryAfterMs) : null;
}
