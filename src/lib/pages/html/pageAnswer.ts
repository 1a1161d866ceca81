import { randomBytes } from 'node:crypto';
import { type Page, renderPage } from './layout.ts';

/** An answer for a browser. */
export type PageAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** @param tookMs how long it took to make, for `Server-Timing` */
export function pageAnswer(status: number, page: Page, tookMs: number): PageAnswer {
  const nonce = randomBytes(16).toString('base64');
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      ...pageHeaders(nonce, tookMs, page.refreshes !== undefined),
    },
    body: renderPage(page, nonce),
  };
}

/** Sends the browser to another page of ours, by GET. @param to a path, with its query */
export function seeOther(to: string, tookMs: number): PageAnswer {
  return { status: 303, headers: { location: to, ...pageHeaders('', tookMs) }, body: '' };
}

/** Pages hold what is true now and is not for everybody: they are kept nowhere, framed nowhere, and name themselves to nobody. */
function pageHeaders(nonce: string, tookMs: number, refreshes = false): Record<string, string> {
  const policy = [
    "default-src 'none'",
    ...(nonce === '' ? [] : [`style-src 'nonce-${nonce}'`, 'img-src data:']),
    // Only the one script that the page names may run, it makes no script of text, and only htmx sets markup.
    ...(refreshes
      ? [
          `script-src 'nonce-${nonce}'`,
          "connect-src 'self'",
          "require-trusted-types-for 'script'",
          'trusted-types htmx',
        ]
      : []),
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ];
  return {
    'content-security-policy': policy.join('; '),
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'x-robots-tag': 'noindex, nofollow',
    'server-timing': `app;dur=${tookMs.toFixed(1)}`,
  };
}
