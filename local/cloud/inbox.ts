import { randomBytes } from 'node:crypto';
import type { ReceivedMail } from './email.ts';
import type { HookCall } from './hooks.ts';
import { type CallPage, type MailPage, type Numbered, renderInbox } from './inboxPage.ts';
import type { InboxTab } from './inboxTab.ts';
import type { Journal } from './journal.ts';
import type { Reply } from './reply.ts';
import type { CloudRequest } from './request.ts';
import type { Route } from './router.ts';

const listLength = 50;

const sequenceIn = (request: CloudRequest, name: string): number | undefined => {
  const text = request.url.searchParams.get(name) ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
};

const listed = <T>(
  journal: Journal<T>,
  before: number | undefined,
): { list: Numbered<T>[]; hasOlder: boolean } => {
  const found = journal.newest(listLength + 1, before);
  return { list: found.slice(0, listLength), hasOlder: found.length > listLength };
};

/** Mails carry their own styles and may show pictures that they bring along; nothing is loaded from elsewhere. */
const policy = (nonce: string): string =>
  [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    "style-src 'unsafe-inline'",
    'img-src data:',
    "connect-src 'self'",
    "frame-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
  ].join('; ');

/** The inbox page at `/`: mails as a person sees them, webhook calls, and what other receivers got. */
export const createInbox = (
  kept: { mails: Journal<ReceivedMail>; calls: Journal<HookCall> },
  tabs: readonly InboxTab[] = [],
): Route[] => {
  const mailPage = (request: CloudRequest): MailPage => {
    const wanted = sequenceIn(request, 'mail');
    const { list, hasOlder } = listed(kept.mails, sequenceIn(request, 'before'));
    const chosen = wanted === undefined ? list[0] : kept.mails.newest(1, wanted + 1)[0];
    return {
      tab: 'mail',
      list,
      hasOlder,
      selected: wanted === undefined || chosen?.sequence === wanted ? chosen : undefined,
      isReading: wanted !== undefined,
      format: request.url.searchParams.get('view') === 'text' ? 'text' : 'html',
    };
  };

  const show = (request: CloudRequest): Reply => {
    const nonce = randomBytes(16).toString('base64');
    const wanted = request.url.searchParams.get('tab');
    const tab = tabs.find(({ id }) => id === wanted);
    const page: MailPage | CallPage | InboxTab =
      tab ??
      (wanted === 'hooks'
        ? { tab: 'hooks', ...listed(kept.calls, sequenceIn(request, 'before')) }
        : mailPage(request));
    return {
      status: 200,
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': policy(nonce),
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      },
      body: renderInbox(page, { mails: kept.mails.count, calls: kept.calls.count, tabs }, nonce),
    };
  };

  return [{ method: 'GET', path: '/', handle: show }];
};
